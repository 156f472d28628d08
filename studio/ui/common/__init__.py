"""Parts that several panels share; imports no panel."""
