"""Replies cross to the GUI thread in order, and none after the bridge is closed."""

import threading

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from studio.core.messages import CancelledReply
from studio.ui.bridge import Bridge


def test_replies_arrive_in_order_on_the_gui_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[int] = []
    threads: set[QThread] = set()

    def take(reply: CancelledReply) -> None:
        seen.append(reply.serial)
        threads.add(QThread.currentThread())

    bridge.reply_arrived.connect(take)
    worker = threading.Thread(target=lambda: [bridge.deliver(CancelledReply(n)) for n in range(200)])
    worker.start()
    qtbot.waitUntil(lambda: len(seen) == 200)
    worker.join()
    assert seen == list(range(200))
    assert threads == {bridge.thread()}


def test_nothing_arrives_after_closing(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[object] = []
    bridge.reply_arrived.connect(seen.append)
    bridge.deliver(CancelledReply(1))
    bridge.close()
    bridge.deliver(CancelledReply(2))
    qtbot.wait(20)
    assert seen == []
