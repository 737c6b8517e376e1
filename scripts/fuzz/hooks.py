"""Hooks of schemathesis, see scripts/fuzz/pass.ts."""

import os

import schemathesis
from schemathesis import GenerationMode

PROTECTED = frozenset(filter(None, os.environ.get("FUZZ_PROTECTED", "").split(",")))


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # No request may take away the keys that the run itself uses.
    for name, value in (case.path_parameters or {}).items():
        if value in PROTECTED:
            case.path_parameters[name] = "key_of_the_run_itself"
    # A cursor is opaque: only the API's own are valid, which no schema can say. Made up ones are sent where a refusal is expected.
    if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE and case.query:
        case.query.pop("cursor", None)
