"""Every panel as a page of its own, without code, served by Voila on this machine."""
