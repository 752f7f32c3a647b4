# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers in PyTorch share."""
import ctypes


def keep_memory():
    """Freed memory stays in the process. By default malloc returns arrays of megabytes to the system, and
    taking the page faults again in every operation costs up to twenty times what the operation does."""
    m_mmap_max, m_trim_threshold = -4, -1
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, -1)
    except (AttributeError, OSError):
        pass
