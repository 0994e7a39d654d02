import logging


class OneLine(logging.Filter):
    """Makes an error a warning of one line, without its traceback: for what strangers can bring about."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.exc_info = record.exc_text = None
        return True
