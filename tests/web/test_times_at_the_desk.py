"""At the desk and in the mini-program: when somebody could come, where nobody can at the wished time (D1, D5)."""

import re

from flask import Flask

from models.workers import WorkingHours
from tests.handlers.asking import TOMORROW, Desk, again, worker
from tests.web.lively import signed_in
from tests.web.test_in_a_hurry import press


def test_a_coordinator_moves_it_with_the_resident_on_the_phone(web: Flask, desk: Desk) -> None:
    """D5: the request's page names the times and who could; one press moves it, and the resident gets the cards."""
    desk.only("李师傅")
    WorkingHours.update(from_min=480, to_min=720).where(WorkingHours.worker_id == worker("李师傅").id).execute()
    request, chen = desk.request(), signed_in(web, "chenjie")
    page = chen.get(f"/console/requests/{request.id}").text
    assert "这几个时间有师傅能去" in page and "李师傅" in page
    stamps = re.findall(r'name="stamp" value="(\d+)"', page)
    assert len(stamps) == 3
    assert "刚被约走" in press(chen, f"/requests/{request.id}/time", stamp="12").text and again(request).starts_at == TOMORROW
    press(chen, f"/requests/{request.id}/time", stamp=stamps[0])
    assert int(again(request).starts_at.timestamp()) == int(stamps[0]) and desk.able(again(request)) == ["李师傅"]
