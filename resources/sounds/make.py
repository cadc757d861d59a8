"""Make the alarm sounds: short, unlike each other, and not to be missed.

Run as ``python -m resources.sounds.make``. Pulses after the habit of IEC 60601-1-8: the
more urgent, the more pulses and the higher; priority 4 is a single soft tone.
"""

import math
import struct
import wave
from pathlib import Path

RATE_HZ = 16_000
PULSES = {1: (5, 988.0), 2: (3, 784.0), 3: (2, 659.0), 4: (1, 523.0)}  # count, pitch in Hz
PULSE_S, PAUSE_S, RAMP_S, LOUDNESS = 0.12, 0.08, 0.015, 0.6
_OVERTONES = (1.0, 0.4, 0.2)  # a pure tone is hard to locate in a room


def samples(priority: int) -> list[int]:
    """Return the sound of a priority as 16-bit samples."""
    count, pitch_hz = PULSES[priority]
    made: list[int] = []
    for _pulse in range(count):
        for at in range(int(PULSE_S * RATE_HZ)):
            second = at / RATE_HZ
            swell = min(1.0, second / RAMP_S, (PULSE_S - second) / RAMP_S)
            wave_at = sum(
                part * math.sin(2 * math.pi * pitch_hz * (order + 1) * second)
                for order, part in enumerate(_OVERTONES)
            )
            made.append(int(32767 * LOUDNESS * swell * wave_at / sum(_OVERTONES)))
        made.extend([0] * int(PAUSE_S * RATE_HZ))
    return made


def main() -> None:
    """Write one file a priority."""
    for priority in PULSES:
        with wave.open(str(Path(__file__).parent / f"alarm-{priority}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            sound = samples(priority)
            file.writeframes(struct.pack(f"<{len(sound)}h", *sound))


if __name__ == "__main__":
    main()
