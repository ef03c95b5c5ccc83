"""The one place that names the adapters: the whole service put together, started and stopped.

In: settings. Out: an ASGI application with its worker, outbox and timers. Never: anything built at import time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from os import getpid
from socket import gethostname
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from bot import clock, log
from bot.absence import Absences
from bot.accounts import Accounts
from bot.agreeing import Agreement
from bot.annotating import Annotating
from bot.bell import LocalBell
from bot.buyer_card import BuyerCards
from bot.channels.page import PageChannel
from bot.channels.signing import Secret, parse_secrets
from bot.channels.webhook import WebhookChannel, open_clients
from bot.content.files import FileSet
from bot.content.load import Folders, book_of
from bot.core.book import Book
from bot.core.model import Item
from bot.core.shifts import live_groups
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from bot.floods import Floods
from bot.greeting import Greetings
from bot.handing_over import HandingOver
from bot.handoff import HandOff
from bot.hashing import Hashing
from bot.hush import Hush
from bot.inbox import Inbox
from bot.metrics import Metrics, open_metrics
from bot.newsroom import Newsroom
from bot.nudging import Nudging
from bot.outbox import Outbox
from bot.ports import ChannelOut, Store
from bot.searching import Searching
from bot.semantic import encoder
from bot.settings import Settings, traces_wanted
from bot.shelf import Shelf, settle
from bot.store import Glance, SqlStore, Wire, open_glance, open_store, open_wire
from bot.suggesting import Suggesting
from bot.timers import Tick, Timers
from bot.tracer import Tracer
from bot.tracing import open_tracer
from bot.web.api.door import Door as ApiDoor
from bot.web.api.figures import Figures, figures_router
from bot.web.api.notebooks import Notebooks, notebooks_router
from bot.web.api.people import people_router
from bot.web.buyers import buyers_router
from bot.web.desk.audit import AuditPages, audit_router
from bot.web.desk.board import Board
from bot.web.desk.desk import desk_router
from bot.web.desk.door import Door as DeskDoor
from bot.web.desk.face import Face
from bot.web.desk.gate import Gate
from bot.web.desk.login import LoginPages, login_router
from bot.web.desk.office.pages import office_router
from bot.web.desk.office.room import Office
from bot.web.desk.refused import install_refusals
from bot.web.errors import install_errors
from bot.web.front import Shopfront
from bot.web.health import Pulse, health_router
from bot.web.hooks import hooks_router
from bot.web.pages import static_files
from bot.web.scrape import scrape_router
from bot.web.stream import Poll
from bot.web.tokens import Signer
from bot.web.widget import LOCAL_ORIGINS, Widget
from bot.worker import Worker

Loop = Worker | Outbox | Agreement | Wire | Glance


@dataclass
class Service:
    """The parts of a running service. `front` is what the buyer page shows, refreshed by a tick."""

    settings: Settings
    secrets: tuple[Secret, ...]
    shelf: Shelf
    store: SqlStore
    work_bell: LocalBell
    send_bell: LocalBell
    wire: Wire | Glance | None
    watch: Poll
    front: Shopfront
    news: Newsroom
    agreement: Agreement
    items: tuple[Item, ...] = ()
    demo: bool = False
    metrics: Metrics = field(default_factory=open_metrics)
    tracer: Tracer = field(default_factory=lambda: open_tracer(traces_wanted()))

    def end_pages(self) -> None:
        """Every live page's stream ends: a drained service waits for none of them."""
        self.watch.close()
        self.news.close()

    async def refresh_front(self) -> None:
        """Whether people are on is asked of the roster and the presence, not guessed."""
        self.front = await shopfront(self.shelf.book(), self.store, self.items, clock.utc_now())


async def shopfront(book: Book, store: Store, items: tuple[Item, ...], now: datetime) -> Shopfront:
    """The page's view of the shop at this minute."""
    live = live_groups(book.rules.shifts, await store.presence(), now, book.works)
    return Shopfront(book.rules.shop.name, book.rules.shop.hours, bool(live), items)


def read_shelf(settings: Settings, files: FileSet | None = None, commit: str | None = None) -> Shelf:
    """Read the operators' files, or begin with these that were kept; `ContentError` and `UsageError` say what is wrong
    with them."""
    make = partial(book_of, encode=encoder()) if settings.semantic else book_of
    return Shelf(Folders(settings.replies, settings.rules), make, files, commit)


def open_service(
    settings: Settings, shelf: Shelf, *, demo: bool = False, items: tuple[Item, ...] = (), shared: bool = False
) -> Service:
    """Open the store around a shelf; `shared`: other processes use the same database. `UsageError` says what is wrong
    with the settings."""
    secrets = parse_secrets(",".join(settings.secrets))
    book = shelf.book()
    news = Newsroom()
    longest = book.rules.reception.coalesce.longest
    store = open_store(settings.database_url, new_id=clock.new_id, longest=longest, news=news.tell)
    front = Shopfront(book.rules.shop.name, book.rules.shop.hours, people_on=False, items=items)
    (work_bell, send_bell, book_bell), wire = _bells(settings, news)
    other = wire or (open_glance(settings.database_url, news.hear_of_all) if shared else None)
    me = f"{gethostname()}:{getpid()}"
    agreement = Agreement(store, shelf, clock.utc_now, log.get(), me, (work_bell, book_bell))
    return Service(
        settings, secrets, shelf, store, work_bell, send_bell, other, Poll(), front, news, agreement, items, demo
    )


def _bells(settings: Settings, news: Newsroom) -> tuple[Sequence[LocalBell], Wire | None]:
    """The worker's, the outbox's and the agreement's bell; where the database can, other processes hear them too, and
    the news."""
    hear: dict[str, Callable[[], None]] = {}
    wire = open_wire(settings.database_url, clock.new_id(), hear, news.hear)
    bells = {name: LocalBell(partial(wire.tell, name)) if wire else LocalBell() for name in ("work", "send", "book")}
    hear |= {name: bell.hear for name, bell in bells.items()}
    if wire:
        news.carry(wire.tell_of)
    return list(bells.values()), wire


def build_app(service: Service) -> FastAPI:
    """Routes over a service; its background work runs as long as the application does."""
    app = FastAPI(title="Yeban", version="0.1.0", lifespan=lambda _: running(service))
    flood = service.shelf.book().rules.reception.flood
    floods = Floods(flood.burst, flood.every)
    inbox = Inbox(service.store, service.work_bell, floods, service.metrics, service.tracer)
    quiet = service.shelf.book().rules.reception.coalesce.quiet
    hushed = Hush(inbox, service.store, clock.utc_now)
    app.include_router(hooks_router(hushed, service.secrets, clock.utc_now, quiet, service.metrics))
    pulse = Pulse(service.store, clock.utc_now)
    app.include_router(health_router(pulse, service.shelf.is_newest))
    app.include_router(scrape_router(pulse, partial(service.metrics.expose, newest=service.shelf.is_newest)))
    desk = Desk(service.store, service.send_bell, service.shelf.book, clock.utc_now)
    door = ApiDoor(service.settings.api_token)
    app.include_router(people_router(desk, door))
    app.include_router(notebooks_router(Notebooks(service.store, desk, door)))
    app.include_router(figures_router(Figures(service.store, desk, door, service.shelf.book)))
    if service.demo or service.settings.widget:
        zone = ZoneInfo(service.shelf.book().rules.shop.timezone)
        origins = (*service.settings.widget_origins, *(LOCAL_ORIGINS if service.demo else ()))
        app.include_router(
            buyers_router(
                Widget(
                    service.store, inbox, lambda: service.front, service.watch, clock.utc_now, clock.new_id, quiet,
                    zone, Signer.of(service.secrets), demo=service.demo, origins=origins, news=service.news,
                    typing=lambda one: service.news.is_typing(f"c:page:{one}"),
                )
            )
        )  # fmt: skip
    _open_desk(app, service, desk)
    app.mount("/static", static_files())
    install_errors(app)
    return app


def _open_desk(app: FastAPI, service: Service, desk: Desk) -> None:
    """The pages of agents, supervisors and operators, and the door before them."""
    rules = service.shelf.book().rules.shop
    gate = DeskDoor(Accounts(service.store, Hashing(), clock.utc_now, clock.random_bytes))

    def shop() -> str:
        return service.front.name

    face = _face(service, desk, gate)
    app.include_router(login_router(LoginPages(gate, shop, leaves=face.absences.leaves)))
    app.include_router(audit_router(AuditPages(service.store, gate, shop, ZoneInfo(rules.timezone))))
    app.include_router(desk_router(face))
    office = Office(
        service.store, desk, gate, service.shelf.book, clock.utc_now, service.send_bell,
        standstills=service.shelf.stands, woken=service.agreement.wake,
    )  # fmt: skip
    app.include_router(office_router(office))
    install_refusals(app, shop)


def _face(service: Service, desk: Desk, gate: Gate) -> Face:
    store, book, now, bell = service.store, service.shelf.book, clock.utc_now, service.send_bell
    return Face(
        store, desk, Board(desk, store, service.news), service.news, gate,
        suggesting=Suggesting(store, book, now), cards=BuyerCards(store, book, now),
        annotating=Annotating(store, bell, book, now), absences=Absences(store, bell, book, now),
        searching=Searching(store, book, now), book=book, now=now, new_id=clock.new_id,
        standstills=service.shelf.stands,
    )  # fmt: skip


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[None]:
    """Worker, outbox and timers; on the way out what was claimed is finished and every write is on disk."""
    async with open_clients() as clients:
        timers = Timers(_ticks(service), log.get(), service.metrics)
        loops = [(part, asyncio.Event()) for part in _loops(service, clients)]
        await service.agreement.look()
        work = [asyncio.create_task(part.run(stop)) for part, stop in loops]
        timers.start()
        settle()  # what was opened stays, too
        try:
            yield
        finally:
            timers.stop()
            for task, (_, stop) in zip(work, loops, strict=True):
                stop.set()
                service.work_bell.ring()
                service.send_bell.ring()
                service.agreement.wake()
                await asyncio.gather(task, return_exceptions=True)
            await service.store.close()
            await asyncio.to_thread(service.tracer.close)


def _loops(
    service: Service, clients: Sequence[httpx.AsyncClient]
) -> Sequence[Agreement | Worker | Outbox | Wire | Glance]:
    """In the order in which they stop: the worker hands over to the outbox until its last turn."""
    bells = (service.work_bell, service.send_bell)
    outbox = Outbox(
        service.store, _channels(service, clients), clock.utc_now, clock.chance, log.get().info, bell=service.send_bell,
        meter=service.metrics, tracer=service.tracer,
    )  # fmt: skip
    worker = Worker(
        service.store, bells, service.shelf.book, clock.utc_now, log.get(), sender=outbox,
        meter=service.metrics, tracer=service.tracer, accord=service.agreement,
    )  # fmt: skip
    return [worker, outbox, service.agreement, *([service.wire] if service.wire else [])]


def _channels(service: Service, clients: Sequence[httpx.AsyncClient]) -> Mapping[str, ChannelOut]:
    """The page's lines are delivered by being in the transcript; the shop's channel is called over HTTP."""
    channels: dict[str, ChannelOut] = {"page": PageChannel()}
    if service.settings.channel_url:
        channels["webhook"] = WebhookChannel(service.settings.channel_url, service.secrets[0], clients)
    return channels


def _ticks(service: Service) -> Mapping[str, Tick]:
    book, now = service.shelf.book, clock.utc_now
    return {
        "nudges": Nudging(service.store, service.send_bell, book, now, log.get(), service.metrics).tick,
        "greetings": Greetings(service.store, service.send_bell, book, now, log.get()).tick,
        "dispatch": Dispatcher(service.store, service.send_bell, book, now, log.get()).tick,
        "absences": Absences(service.store, service.send_bell, book, now).tick,
        "hand_off": HandOff(service.store, service.send_bell, book, now).tick,
        "handing_over": HandingOver(service.store, book, now, log.get()).tick,
        "front": service.refresh_front,
    }
