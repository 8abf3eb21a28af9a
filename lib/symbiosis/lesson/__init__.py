"""What a notebook sees: claims, verdicts and their ledger, cards, predictions, answers."""
