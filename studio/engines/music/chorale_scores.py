"""What the chorale network thinks of each note: of one voice given the others, and given its own notes so far.

The same question is asked of notes that it wrote and of notes that were there. A note that is held and a note that is
sung again are one pitch here.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.music_messages import ALTERNATIVES, NoteScore
from studio.core.score import Note
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm
from studio.engines.music.chorale_plan import VoicesPlan

Floats = NDArray[np.float32]


def sound_odds(net: ChoraleLstm, frames: rows.Frames) -> Floats:
    """(B, T, V, PITCHES + 1): how likely each pitch, or a rest, is in each voice when all the others are told."""
    before = frames.before()
    told = net.remember(torch.from_numpy(rows.past_rows(*before, frames.places))).chunk(rows.VOICES, -1)
    odds = np.empty((*frames.sounds.shape, rows.PITCHES + 1), np.float32)
    for part in range(rows.VOICES):
        known = np.broadcast_to(np.arange(rows.VOICES) != part, frames.sounds.shape)
        ahead = net.look_ahead(torch.from_numpy(rows.ahead_rows(frames, known))).chunk(rows.VOICES, -1)[part]
        own = torch.from_numpy(rows.voice_rows(before, frames, known)[:, :, part])
        logits = net.head(part, told[part] + ahead, own)  # (B, T, CLASSES)
        odds[:, :, part] = _by_sound(logits, before[0][:, :, part])
    return odds


def _by_sound(logits: Tensor, last: rows.Ints) -> Floats:
    """Probabilities of what sounds; holding is given to the sound before, last (B, T)."""
    classes = logits.softmax(-1).numpy()
    odds = np.concatenate([classes[..., rows.FIRST_PITCH :], classes[..., rows.SILENT, None]], -1)
    held = np.minimum(last, rows.REST)[..., None]
    added = np.take_along_axis(odds, held, -1) + classes[..., rows.HOLD, None]
    np.put_along_axis(odds, held, added, -1)
    return odds


def note_scores(plan: VoicesPlan, odds: Floats, voice: int, notes: tuple[Note, ...]) -> tuple[NoteScore, ...]:
    """One score a note; odds (T, V, PITCHES + 1) of one line."""
    return tuple(_score(plan, odds[plan.frame_of(note), plan.parts[voice]], note) for note in notes)


def _score(plan: VoicesPlan, odds: Floats, note: Note) -> NoteScore:
    own = odds[plan.sound_of(note)]
    best = np.argsort(-odds[: rows.PITCHES], kind="stable")[:ALTERNATIVES]
    return NoteScore(
        float(own),
        1 + int((odds[: rows.PITCHES] > own).sum()),
        float(-(odds * np.log(np.maximum(odds, 1e-12))).sum()),
        tuple((int(sound) + rows.LOWEST - plan.shift, float(odds[sound])) for sound in best),
    )
