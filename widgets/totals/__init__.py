"""What all meters come to, and which of them count: the parts of the page of totals."""
