"""The score engraved, as a musician reads it."""
