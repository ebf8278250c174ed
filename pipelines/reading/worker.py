"""A child process that does one kind of work on other people's bytes, with a limit of memory and of time.

What is asked of hostile bytes can exhaust memory, hang, or unwind with an exception that is no `Exception`;
in a child each of these costs one file, and becomes a sentence. The child is kept warm.
"""

import atexit
import gc
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, cast

from pipelines.reading.guard import Refused

ROOT = str(Path(__file__).parents[2])
SECONDS = 20
LARGE = 1 << 20  # bytes of a file after which a child has grown, and is given up for a small one
LENGTH = struct.Struct(">Q")
START = """\
import sys
sys.path.insert(0, {root!r})
from pipelines.reading.worker import serve
serve({work!r}, {memory})
"""
T = TypeVar("T")


class ChildDied(Exception):
    """The child took too long or died over a file: it may have been the machine, so nothing is decided.

    Its text is the reason that tells it, should it happen again and again.
    """


class Worker(Generic[T]):
    """One warm child that does `work` in `memory` bytes of address space.

    One thread uses it at a time; when it dies, another takes its place.
    """

    def __init__(self, work: Callable[[bytes], T], memory: int) -> None:
        self._do, self.memory = work, memory
        self.work = f"{work.__module__}:{work.__qualname__}"
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    @property
    def pid(self) -> int:
        """Of the child; 0 where none is alive."""
        return self._child.pid if self._child else 0

    def ask(self, content: bytes, seconds: float = SECONDS) -> T:
        """What the work makes of the bytes.

        Raises Refused when it says so, ChildDied when the child dies or takes too long.
        """
        with self._lock:
            child = self._ready()
            late = threading.Event()
            timer = threading.Timer(seconds, _stop, (child, late))
            timer.start()
            try:
                answer = _ask(child, content)
            except (EOFError, OSError, pickle.UnpicklingError) as why:
                self.close()
                raise ChildDied("too_slow" if late.is_set() else "unreadable") from why
            finally:
                timer.cancel()
            if late.is_set() or len(content) > LARGE:  # killed as it answered, or grown: the next is another
                self.close()
        if isinstance(answer, Refused):
            raise answer
        return cast("T", answer)

    def start(self) -> None:
        """Have a child ready before anything is asked."""
        with self._lock:
            self._ready()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nothing is asked of this child for a while, and it holds no memory."""
        with self._lock:
            self.close()
            yield

    def doubled(self, content: bytes) -> T:
        """What the work makes of the bytes in a child of its own, in twice the memory and the time.

        Raises as `ask` does.
        """
        larger: Worker[T] = Worker(self._do, 2 * self.memory)
        try:
            return larger.ask(content, 2 * SECONDS)
        finally:
            larger.close()
            atexit.unregister(larger.close)

    def close(self) -> None:
        """End the child; the next file starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            start = START.format(root=ROOT, work=self.work, memory=self.memory)
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter and our own words
                [sys.executable, "-c", start],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child


def _stop(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _ask(child: "subprocess.Popen[bytes]", content: bytes) -> Any:
    """The child's answer to the bytes. Raises EOFError, OSError or UnpicklingError when it dies before."""
    sink, source = child.stdin, child.stdout
    if sink is None or source is None:
        raise EOFError
    sink.write(LENGTH.pack(len(content)))
    sink.write(content)
    sink.flush()
    return _read(source)


def serve(work: str, memory: int) -> None:
    """The child: works on one file after another from its input until that ends, or until it is killed."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    module, _, name = work.partition(":")
    do = getattr(import_module(module), name)
    gc.disable()  # a hundred thousand rows are made at once, and nothing in a circle
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        answer = _answer(do, source, *LENGTH.unpack(head))
        give_back()
        _write(answer, sink)
        del answer
        sink.flush()
        gc.collect()
        if not gc.get_freeze_count():
            gc.freeze()  # what the first file had loaded stays, and is not walked after each of the others


def _write(answer: object, sink: IO[bytes]) -> None:
    """An answer; of a list each part by itself, which is then forgotten: a pickle holds all that it wrote."""
    parts = answer[::-1] if isinstance(answer, list) else [answer]
    pickle.dump(len(parts) if isinstance(answer, list) else None, sink, pickle.HIGHEST_PROTOCOL)
    if isinstance(answer, list):
        answer.clear()
    while parts:
        pickle.dump(parts.pop(), sink, pickle.HIGHEST_PROTOCOL)


def _read(source: IO[bytes]) -> Any:
    """What was written. Raises EOFError, OSError or UnpicklingError when it ends before."""
    count = pickle.load(source)  # noqa: S301  written by our own child
    parts = [pickle.load(source) for _ in range(1 if count is None else count)]  # noqa: S301  likewise
    return parts[0] if count is None else parts


def give_back() -> None:
    """Hand freed memory back to the system, where it can be asked; a C library keeps it for later."""
    import ctypes  # no child needs it before its first file

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _answer(do: Callable[[bytes], object], source: IO[bytes], length: int) -> object:
    """What the work makes of a file, or why it cannot; nobody but the work holds the bytes."""
    try:
        return do(source.read(length))
    except Refused as why:
        return Refused(str(why), **why.facts)
    except MemoryError:
        return Refused("too_large")
    except BaseException as why:  # a panic of the reader is a BaseException
        return Refused("encrypted" if type(why).__name__ == "PasswordError" else "unreadable")
