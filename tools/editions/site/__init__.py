"""The browser edition: every notebook with its panels on the reader's own device, from plain files."""
