"""What is said to a debtor: templates, the renderer that fills them in, and the linter that reads them first."""
