"""Makes the cases f1 to f6 beside this folder: the same kinds of trades as xlsx, mail, json and csv in other encodings.

The figures are worked out here, in Python with exact decimals, from what was put into the files and never by reading them: nothing of
this shares a line with the product. Not run by the tests; they play the folders it made. To make them again:

    python3 -m venv venv && venv/bin/pip install XlsxWriter==3.2.9 && venv/bin/python make_cases.py
"""
import base64
import datetime as dt
import json
import pathlib
import random
from decimal import ROUND_DOWN, Decimal, getcontext
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import xlsxwriter

getcontext().prec = 60
HERE = pathlib.Path(__file__).resolve().parent.parent
UTC = dt.timezone.utc
E8 = Decimal("0.00000001")


def iso(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(d):
    """A decimal as plain text, without an exponent."""
    return format(d.normalize() if d else Decimal(0), "f")


METHODOLOGY = {
    "pendingPeriod": "P7D", "payoutMinimum": "10.00", "tierWindowDays": 30,
    "tiers": [{"name": "standard", "fromLots": "0", "multiplier": "1"}, {"name": "gold", "fromLots": "20", "multiplier": "1.10"}],
}
TYPES = {"standard": {"eligible": True, "lotFactor": "1"}, "cent": {"eligible": True, "lotFactor": "0.01"}, "micro": {"eligible": True, "lotFactor": "0.1"}, "demo": {"eligible": False, "lotFactor": "1"}}
SYMBOLS = {"EURUSD": "forex", "GBPJPY": "forex", "XAUUSD": "metals", "US30": "indices", "BTCUSD": "crypto"}
SUFFIXES = [".pro", "m", "#"]
RATES = [
    {"class": "forex", "perLot": "6.00", "from": "2026-01-01T00:00:00Z"}, {"class": "forex", "perLot": "5.35", "from": "2026-10-25T00:00:00Z"},
    {"class": "metals", "perLot": "8.125", "from": "2026-01-01T00:00:00Z"}, {"class": "crypto", "perLot": "1.25", "from": "2026-01-01T00:00:00Z"}, {"class": "indices", "perLot": "0.9", "from": "2026-01-01T00:00:00Z"},
]


class Case:
    def __init__(self, name, server, seed):
        self.name, self.server, self.rnd = name, server, random.Random(seed)
        self.folder = HERE / name
        (self.folder / "reports").mkdir(parents=True, exist_ok=True)
        self.users = [{"id": "ann", "tier": "gold"}, {"id": "bob"}, {"id": "cyd"}, {"id": "dee"}]
        link = lambda login, kind, user, at="2026-08-01T00:00:00Z", state="verified": {"login": login, "server": server, "type": kind, "user": user, "linkRequestedAt": at, "link": state}
        self.accounts = [
            link("51001", "standard", "ann"), link("51002", "cent", "ann"), link("51003", "micro", "bob"), link("51004", "standard", "cyd", "2026-10-22T09:30:00Z"),
            link("51005", "demo", "bob"), link("51006", "standard", "dee", state="requested"),
        ]
        self.logins = ["51001", "51001", "51002", "51003", "51004", "51005", "51006", "59999"]

    def lots(self):
        return Decimal(self.rnd.choice(["0.01", "0.1", "0.3", "0.57", "1.25", "2", "7.035", "12.5", "130.07", "0"]))

    def raw_symbol(self):
        base = self.rnd.choice(list(SYMBOLS) + ["NEWCOIN"])
        return base + self.rnd.choice(["", ".pro", "m", "#"])


def class_of(row):
    if "class" in row:
        return row["class"]
    if row["symbol"] in SYMBOLS:
        return SYMBOLS[row["symbol"]]
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if row["symbol"].endswith(suffix) and row["symbol"][: -len(suffix)] in SYMBOLS:
            return SYMBOLS[row["symbol"][: -len(suffix)]]
    return None


def judge(case, row, multipliers):
    """(outcome, reason, lots that count, USD) of one row; `close` is what it is judged at, `open` the start of an aggregate."""
    nothing = Decimal(0)
    if row.get("malformed"):
        return "quarantined", "MALFORMED", nothing, nothing
    if row.get("repeated"):
        return "superseded", "DUPLICATE", nothing, nothing
    account = next((a for a in case.accounts if a["login"] == row["login"]), None)
    excluded = lambda reason: ("excluded", reason, row["lots"], nothing)
    if account is None:
        return excluded("ACCOUNT_NOT_LINKED")
    if account["link"] != "verified":
        return excluded("LINK_NOT_VERIFIED")
    kind = TYPES[account["type"]]
    if not kind["eligible"]:
        return excluded("ACCOUNT_TYPE_EXCLUDED")
    if iso(row.get("begin", row["close"])) < account["linkRequestedAt"]:
        return excluded("LINKED_AFTER_TRADE")
    if row.get("status"):
        return excluded(row["status"])
    instrument = class_of(row)
    if instrument is None:
        return "quarantined", "UNKNOWN_SYMBOL", row["lots"], nothing
    if instrument == "indices":
        return excluded("INSTRUMENT_EXCLUDED")
    if row["lots"] == 0:
        return excluded("ZERO_VOLUME_CLOSE_BY")
    rate = [r for r in RATES if r["class"] == instrument and r["from"] <= iso(row["close"])][-1]
    lots = row["lots"] * Decimal(kind["lotFactor"])
    usd = (lots * Decimal(rate["perLot"]) * multipliers[account["user"]]).quantize(E8, ROUND_DOWN)
    return "paid", None, lots, usd


def figures(case, rows, commission):
    """What the latest version of the one period comes to, and which users' money is held by the margin."""
    multipliers = {u["id"]: Decimal("1.10") if u.get("tier") == "gold" else Decimal(1) for u in case.users}
    lots = {"paid": Decimal(0), "excluded": Decimal(0), "quarantined": Decimal(0)}
    reasons, money, owed = {}, {}, {}
    for row in rows:
        if row.get("ignored"):
            continue
        outcome, reason, counted, usd = judge(case, row, multipliers)
        if reason:
            reasons[reason] = reasons.get(reason, 0) + 1
        if outcome in lots:
            lots[outcome] += counted
        if outcome == "paid":
            money[row["login"]] = money.get(row["login"], Decimal(0)) + usd
            owed[row["login"]] = owed.get(row["login"], Decimal(0)) + row.get("commission", Decimal(0))
    user_of = {a["login"]: a["user"] for a in case.accounts}
    pending = {u["id"]: Decimal(0) for u in case.users}
    held = dict(pending)
    for login, usd in money.items():
        pending[user_of[login]] += usd
        if commission and usd > owed[login]:
            held[user_of[login]] += usd
    return {"lots": {k: text(v) for k, v in lots.items()}, "reasons": reasons}, pending, held


def checkpoint(base, pending, available, paid, payouts):
    users = {u: {"pending": text(pending[u]), "available": text(available[u]), "reserved": "0", "paid": text(paid[u])} for u in pending}
    return {"users": users, **base, "payouts": payouts}


def write(case, profile, reports, period, commission=False):
    """reports: [(file name, rows)]; the first at the start, each next one a day later."""
    steps, expected = [], {}
    for n, (name, rows) in enumerate(reports):
        steps.append({"after": f"P{n}D", "report": f"reports/{name}", "period": period, **({"version": n + 1} if n else {})})
        steps.append({"after": f"P{n}DT1H", "check": f"posted-{n + 1}"})
        base, pending, held = figures(case, rows, commission)
        zero = {u: Decimal(0) for u in pending}
        expected[f"posted-{n + 1}"] = checkpoint(base, pending, zero, zero, [])
    available = {u: pending[u] - held[u] for u in pending}
    steps += [{"after": "P10D", "check": "cleared"}, {"after": "P11D", "payoutRun": True}, {"after": "P11DT1H", "check": "paid"}]
    expected["cleared"] = checkpoint(base, held, available, zero, [])
    paid = {u: a.quantize(Decimal("0.01"), ROUND_DOWN) if a >= 10 else Decimal(0) for u, a in available.items()}
    payouts = [{"user": u, "amount": text(p)} for u, p in paid.items() if p > 0]
    expected["paid"] = checkpoint(base, held, {u: available[u] - paid[u] for u in paid}, paid, payouts)
    setup = {
        "methodology": METHODOLOGY,
        "broker": {
            "id": case.name.replace("-", ""), "servers": [case.server], "agreement": {"from": "2026-01-01T00:00:00Z", "to": None}, "accountTypes": TYPES, "symbols": SYMBOLS,
            "symbolSuffixes": SUFFIXES, "excludedClasses": ["indices"],
        },
        "rates": RATES, "users": case.users, "accounts": case.accounts, "profile": profile, "steps": steps,
    }
    (case.folder / "setup.json").write_text(json.dumps(setup, indent=2) + "\n")
    (case.folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")


PERIOD = {"from": "2026-10-19T00:00:00Z", "to": "2026-10-26T00:00:00Z"}


def trades(case, count, zone, start=dt.datetime(2026, 10, 19, tzinfo=UTC)):
    rows = []
    for n in range(count):
        close = start + dt.timedelta(seconds=case.rnd.randrange(0, 7 * 86400 - 3600))
        local = close.astimezone(zone)
        # A local time that occurs twice is read with the offset before the change: the truth says so too.
        close = local.replace(fold=0).astimezone(UTC)
        rows.append({"ticket": str(9007199254740993 + 7 * n), "login": case.rnd.choice(case.logins), "symbol": case.raw_symbol(), "lots": case.lots(), "close": close, "local": local.replace(tzinfo=None)})
    return rows


def serial(local, date1904=False):
    epoch = dt.datetime(1904, 1, 1) if date1904 else dt.datetime(1899, 12, 30)
    delta = local - epoch
    return delta.days + delta.seconds / 86400


def f1():
    """xlsx, a row for each trade: a title above the header, serials in a zone with a change of clocks, tickets beyond 2^53, a footer, commission."""
    case = Case("f1-xlsx-trades", "Foxtrot", 11)
    zone = ZoneInfo("Europe/Athens")
    rows = trades(case, 90, zone)
    for at in (dt.datetime(2026, 10, 25, 3, 30), dt.datetime(2026, 10, 25, 2, 59, 59), dt.datetime(2026, 10, 25, 4, 0)):
        rows.append({"ticket": f"7{at:%H%M%S}", "login": "51001", "symbol": "EURUSD", "lots": Decimal("1.1"), "close": at.replace(tzinfo=zone, fold=0).astimezone(UTC), "local": at})
    for row in rows:
        row["commission"] = row["lots"] * (Decimal("0.01") if row["login"] == "51004" else Decimal("11.4"))
        if row["symbol"].startswith("BTC"):
            row["status"] = "BROKER_FRAUD"
    broken = dict(rows[5], ticket="broken", malformed=True)
    rows = rows[:40] + [broken] + rows[40:]
    book = xlsxwriter.Workbook(case.folder / "reports" / "week.xlsx")
    book.add_worksheet("Notes").write(0, 0, "See the second sheet")
    sheet = book.add_worksheet("Deals")
    sheet.write(0, 0, "IB report, week 43")
    head = ["Deal", "Login", "Volume", "Symbol", "Closed", "State", "IB commission", "Remark"]
    for x, name in enumerate(head):
        sheet.write(3, x, name)
    date = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
    y = 4
    for n, row in enumerate(rows):
        if n == 20:
            y += 2
        sheet.write_string(y, 0, row["ticket"])
        sheet.write_number(y, 1, int(row["login"]))
        # As Excel computes it: 0.1 + 0.2 is 0.30000000000000004 and stays so only where it was computed.
        if row.get("malformed"):
            sheet.write_string(y, 2, "n/a")
        elif n % 5 == 0:
            sheet.write_formula(y, 2, f"={text(row['lots'])}*1", None, float(row["lots"]))
        else:
            sheet.write_number(y, 2, float(row["lots"]))
        sheet.write_string(y, 3, row["symbol"])
        sheet.write_number(y, 4, serial(row["local"]), date)
        sheet.write_string(y, 5, "fraud" if row.get("status") else "ok")
        sheet.write_number(y, 6, float(row["commission"]))
        if n % 7 == 0:
            sheet.write_rich_string(y, 7, book.add_format({"bold": True}), "note", f" {n} – ü")
        y += 1
    total = sum((row["lots"] for row in rows if not row.get("malformed")), Decimal(0))
    sheet.write_string(y, 0, "Total")
    sheet.write_number(y, 2, float(total))
    book.close()
    profile = {
        "format": "xlsx", "sheet": "Deals", "headerRow": 4, "footer": "^Total$", "dateFormat": "excel", "timeZone": "Europe/Athens", "level": "trade", "full": True, "server": "Foxtrot",
        "statuses": {"ok": None, "fraud": "BROKER_FRAUD"}, "columns": {"ticket": "Deal", "account": "Login", "symbol": "Symbol", "lots": "Volume", "closeTime": "Closed", "status": "State", "commission": "IB commission", "comment": "Remark"},
    }
    write(case, profile, [("week.xlsx", rows)], PERIOD, commission=True)


CLASS_TEXTS = {"FX majors": "forex", "Metals": "metals", "Cash CFD": "indices", "Coins": "crypto", "Exotics": None}


def aggregates(case, zone, days, month=False):
    rows = []
    for day in days:
        begin = dt.datetime.combine(day, dt.time(), zone)
        after = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) if month else day + dt.timedelta(days=1)
        end = dt.datetime.combine(after, dt.time(), zone).astimezone(UTC) - dt.timedelta(milliseconds=1)
        for login in dict.fromkeys(case.logins):
            for name, instrument in CLASS_TEXTS.items():
                if case.rnd.random() < 0.55:
                    row = {"login": login, "class": instrument, "text": name, "lots": case.lots(), "begin": begin.astimezone(UTC), "close": end, "day": day}
                    rows.append(row)
    return rows


def f2():
    """xlsx of the other date system, an account's month by class, and a full re-issue of it a day later."""
    case = Case("f2-xlsx-months", "Golf", 22)
    zone = ZoneInfo("+02:00") if False else dt.timezone(dt.timedelta(hours=2))
    rows = aggregates(case, zone, [dt.date(2026, 10, 1)], month=True)
    again = [dict(row) for n, row in enumerate(rows) if n != 3]
    for row in again[::4]:
        row["lots"] = row["lots"] + Decimal("0.25")
    for row in again[1::6]:
        row["lots"] = (row["lots"] / 2).quantize(Decimal("0.0001"))
    for name, own in (("october.xlsx", rows), ("october-v2.xlsx", again)):
        book = xlsxwriter.Workbook(case.folder / "reports" / name, {"date_1904": True})
        sheet = book.add_worksheet("Monthly")
        for x, title in enumerate(["Month", "Client", "Asset class", "Lots x 100"]):
            sheet.write_string(0, x, title)
        date = book.add_format({"num_format": "mmm yyyy"})
        for y, row in enumerate(own, 1):
            sheet.write_number(y, 0, serial(dt.datetime.combine(row["day"], dt.time()), True), date)
            sheet.write_number(y, 1, int(row["login"]))
            sheet.write_string(y, 2, row["text"])
            sheet.write_number(y, 3, float(row["lots"] * 100))
        book.close()
    profile = {
        "format": "xlsx", "dateFormat": "excel", "timeZone": "+02:00", "level": "account-month", "lotUnit": "0.01", "full": True, "server": "Golf",
        "classes": {k: v for k, v in CLASS_TEXTS.items() if v}, "columns": {"month": "Month", "account": "Client", "class": "Asset class", "lots": "Lots x 100"},
    }
    write(case, profile, [("october.xlsx", rows), ("october-v2.xlsx", again)], {"from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"})


def german(d, places=2):
    whole, _, rest = format(d, f".{places}f").partition(".")
    groups = []
    while len(whole) > 3:
        whole, groups = whole[:-3], [whole[-3:]] + groups
    return ".".join([whole] + groups) + "," + rest


def mail(case, name, content, media, attached):
    message = EmailMessage()
    message["From"] = '"Reports of Hotel" <reports@hotel.example>'
    message["To"] = "ib@cashback.example"
    message["Subject"] = "Wöchentlicher Bericht"
    message["Date"] = "Mon, 26 Oct 2026 06:00:00 +0000"
    message["Message-ID"] = f"<{case.name}@hotel.example>"
    message.set_content("Guten Morgen,\n\nanbei der Bericht.\n")
    message.add_alternative('<p>Guten Morgen,<br>anbei der <b>Bericht</b>. <img src="cid:logo"></p>', subtype="html")
    logo = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    message.get_payload()[1].add_related(logo, "image", "png", cid="<logo>")
    message.add_attachment(content, maintype=media[0], subtype=media[1], filename=attached)
    (case.folder / "reports" / name).write_bytes(message.as_bytes())


def f3():
    """A mail with a csv attached: semicolons, windows-1252, decimal commas, thousands points, a unit behind the lots, repeated and ignored rows."""
    case = Case("f3-mail-csv", "Hotel", 33)
    zone = ZoneInfo("Europe/Berlin")
    rows = [dict(row, lots=row["lots"].quantize(Decimal("0.01"), ROUND_DOWN)) for row in trades(case, 70, zone)]
    rows.append({"ticket": "88", "login": "51001", "symbol": "EURUSD", "lots": Decimal("1234.50"), "close": dt.datetime(2026, 10, 20, 10, tzinfo=UTC), "local": dt.datetime(2026, 10, 20, 12)})
    rows.append(dict(rows[2], repeated=True))
    rows.append({"ticket": "89", "login": "51001", "symbol": "", "lots": Decimal(0), "close": dt.datetime(2026, 10, 20, 10, tzinfo=UTC), "local": dt.datetime(2026, 10, 20, 12), "ignored": True})
    lines = ["Ticket;Konto;Größe;Symbol;Geschlossen;Art"]
    for row in rows:
        kind = "Einzahlung" if row.get("ignored") else "Handel"
        lines.append(";".join([row["ticket"], row["login"], german(row["lots"]) + " Lots", f'"{row["symbol"]}"', row["local"].strftime("%d/%m/%Y %H:%M:%S.000"), kind]))
    lines.append("Summe;;" + german(sum((row["lots"] for row in rows), Decimal(0))) + " Lots;;;")
    mail(case, "report.eml", "\r\n".join(lines).encode("cp1252"), ("text", "csv"), "../../etc/Bericht größe.csv")
    attachment = {
        "format": "csv", "encoding": "windows-1252", "delimiter": ";", "decimal": ",", "thousands": ".", "unitSuffix": " Lots", "dateFormat": "dd/MM/yyyy HH:mm:ss.SSS", "timeZone": "Europe/Berlin", "level": "trade",
        "footer": "^Summe$", "server": "Hotel", "kinds": {"trade": ["Handel"], "ignore": ["Einzahlung"]},
        "columns": {"ticket": "Ticket", "account": "Konto", "lots": "Größe", "symbol": "Symbol", "closeTime": "Geschlossen", "kind": "Art"},
    }
    write(case, {"format": "eml", "from": ["@hotel.example"], "attachment": attachment}, [("report.eml", rows)], PERIOD)


def f4():
    """A mail with an xlsx attached: an account's days by class, days as text."""
    case = Case("f4-mail-xlsx", "Hotel", 44)
    zone = ZoneInfo("America/New_York")
    rows = aggregates(case, zone, [dt.date(2026, 10, 19) + dt.timedelta(days=n) for n in range(7)])
    path = case.folder / "reports" / "days.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Server", "Login", "Class", "Day", "Lots"])
    for y, row in enumerate(rows, 1):
        sheet.write_string(y, 0, "Hotel")
        sheet.write_string(y, 1, row["login"])
        sheet.write_string(y, 2, row["text"])
        sheet.write_string(y, 3, row["day"].strftime("%d-%b-%Y"))
        sheet.write_string(y, 4, text(row["lots"]))
    book.close()
    mail(case, "days.eml", path.read_bytes(), ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"), "days.xlsx")
    path.unlink()
    attachment = {
        "format": "xlsx", "dateFormat": "dd-MMM-yyyy", "timeZone": "America/New_York", "level": "account-day", "classes": {k: v for k, v in CLASS_TEXTS.items() if v},
        "columns": {"server": "Server", "account": "Login", "class": "Class", "day": "Day", "lots": "Lots"},
    }
    write(case, {"format": "eml", "from": ["REPORTS@hotel.example"], "attachment": attachment}, [("days.eml", rows)], PERIOD)


def f5():
    """json with milliseconds since 1970, rows deep inside, lots in units of 0.01 as numbers, totals, and a full re-issue in another order."""
    case = Case("f5-json-millis", "India", 55)
    rows = trades(case, 80, UTC)
    again = [dict(row, lots=row["lots"] + (Decimal("0.02") if n % 9 == 0 else 0)) for n, row in enumerate(rows) if n % 11 != 5]
    case.rnd.shuffle(again)
    for name, own in (("a.json", rows), ("b.json", again)):
        # Written by hand: a number of json is not a float here.
        trade = lambda r: '{"id": %s, "who": {"login": %s}, "instrument": "%s", "volume": %s, "closed": %d}' % (r["ticket"], r["login"], r["symbol"], text(r["lots"] * 100), r["close"].timestamp() * 1000)
        total = text(sum((row["lots"] for row in own), Decimal(0)) * 100)
        (case.folder / "reports" / name).write_text('{"ok": true, "result": {"sum": {"volume": %s}, "trades": [\n%s\n]}}\n' % (total, ",\n".join(map(trade, own))))
    profile = {
        "format": "json", "rowsPath": "result.trades", "totals": {"lots": "result.sum.volume"}, "dateFormat": "epochMillis", "timeZone": "UTC", "level": "trade", "full": True, "lotUnit": "0.01", "server": "India",
        "columns": {"ticket": "id", "account": "who.login", "symbol": "instrument", "lots": "volume", "closeTime": "closed"},
    }
    write(case, profile, [("a.json", rows), ("b.json", again)], PERIOD)


def f6():
    """csv in UTF-16 with tabs and narrow spaces between thousands: an account's days in a zone whose clocks change on one of them."""
    case = Case("f6-utf16-days", "Juliett", 66)
    zone = ZoneInfo("Europe/Athens")
    rows = [dict(row, lots=row["lots"] * 100) for row in aggregates(case, zone, [dt.date(2026, 10, 19) + dt.timedelta(days=n) for n in range(7)])]
    grouped = lambda d: format(d, ",.3f").replace(",", "\u202f").replace(".", ",")
    lines = ["", "Отчёт\t\t\t", "День\tСчёт\tКласс\tЛоты"] + [f'{row["day"]:%Y.%m.%d}\t{row["login"]}\t{row["text"]}\t{grouped(row["lots"])}' for row in rows]
    (case.folder / "reports" / "days.txt").write_bytes(b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le"))
    profile = {
        "format": "csv", "encoding": "utf-16le", "delimiter": "\t", "quote": "", "headerRow": 3, "decimal": ",", "thousands": "\u202f", "dateFormat": "yyyy.MM.dd", "timeZone": "Europe/Athens", "level": "account-day", "server": "Juliett",
        "classes": {k: v for k, v in CLASS_TEXTS.items() if v}, "columns": {"day": "День", "account": "Счёт", "class": "Класс", "lots": "Лоты"},
    }
    write(case, profile, [("days.txt", rows)], PERIOD)


for make in (f1, f2, f3, f4, f5, f6):
    make()
