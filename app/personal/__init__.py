"""Personal data of residents: found, handed out, erased, and kept erased."""
