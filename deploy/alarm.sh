#!/bin/sh
# Say that a unit failed: in the system's log, and to whatever ALARM names (it reads the sentence).
set -eu
words="专项整治报送系统：$1 失败。请执行 journalctl -u $1 -n 50 查看原因。"
logger -p user.alert -t campaign -- "$words" || printf '%s\n' "$words" >&2
if [ -n "${ALARM:-}" ]; then
    printf '%s\n' "$words" | sh -c "$ALARM"
fi
