"""What we know of somebody that must not leave the house: names, numbers and places, to be covered wherever they are said (A6)."""

from models.people import Address, Person
from models.workers import Worker


def known_of(community_id: int, person_id: int | None) -> list[str]:
    """Names of the person and of the community's workers, the person's number and the places of the community."""
    person = Person.find(person_id)
    found = [person.called, person.name or "", person.phone or ""] if person is not None else []
    workers = Worker.select(Worker.called, Worker.person_id).where(Worker.community_id == community_id)
    names = Person.select(Person.name).where(Person.id.in_([w.person_id for w in workers]))
    found += [w.called for w in workers] + [p.name or "" for p in names]
    for home in Address.select().where(Address.community_id == community_id, Address.person_id == person_id):
        found += [home.words, f"{home.area}{home.building}{home.door or ''}"]
    areas = Address.select(Address.area).where(Address.community_id == community_id).distinct()
    return [*found, *(home.area for home in areas)]
