"""The controller: threads and queues. No Qt; torch only through an engine."""
