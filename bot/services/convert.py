"""A process of its own: a sound on standard input becomes MP3 on standard output, its seconds on standard error."""

import io
import resource
import sys

import av

RATE = 16_000  # enough for speech, and what transcription services work with
KBIT = 32_000
MOST_S = 600
MEMORY, TIME_S = 1024 * 1024 * 1024, 15


def convert(data: bytes) -> tuple[bytes, int]:
    """MP3, one channel, and its length in seconds, at least 1."""
    out = io.BytesIO()
    with av.open(io.BytesIO(data)) as source, av.open(out, "w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = KBIT
        ready = av.AudioResampler(format="s16p", layout="mono", rate=RATE)
        samples = 0
        for frame in source.decode(audio=0):
            for part in ready.resample(frame):
                samples += part.samples
                target.mux(stream.encode(part))
            if samples > MOST_S * RATE:
                raise ValueError("too long")
        for part in ready.resample(None):
            samples += part.samples
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    if not samples:
        raise ValueError("no sound in it")
    return out.getvalue(), max(1, round(samples / RATE))


def main() -> int:
    """Reads, converts, writes, with little memory and time and without files; 1 where it is no sound."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        made, seconds = convert(sys.stdin.buffer.read())
    except Exception as failure:  # whatever a strange file does to it: it is no sound for us
        sys.stderr.write(type(failure).__name__)
        return 1
    sys.stdout.buffer.write(made)
    sys.stderr.write(str(seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
