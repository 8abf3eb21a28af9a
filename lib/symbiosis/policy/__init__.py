"""The policy laboratory: the integrated economy calibrated to China, and the test of mutual benefit."""
