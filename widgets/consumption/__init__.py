"""What an index counted, part by part: the time shown, its bars, what was stated about it."""
