//! Events that come soon, in a heap with four children a node: shallower than a binary one, and a node's children share a
//! cache line or two.

use super::Event;

const ARITY: usize = 4;

/// The heap.
#[derive(Debug, Default)]
pub(super) struct Near {
    heap: Vec<Event>,
}

impl Near {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    #[inline]
    pub(super) fn first(&self) -> Option<&Event> {
        self.heap.first()
    }

    #[inline]
    pub(super) fn push(&mut self, event: Event) {
        let mut i = self.heap.len();
        self.heap.push(event);
        while i > 0 {
            let parent = (i - 1) / ARITY;
            if !event.before(&self.heap[parent]) {
                break;
            }
            self.heap[i] = self.heap[parent];
            i = parent;
        }
        self.heap[i] = event;
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Event> {
        let last = self.heap.pop()?;
        let Some(first) = self.heap.first().copied() else { return Some(last) };
        self.sift_down(0, last);
        Some(first)
    }

    /// All events, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.heap.drain(..)
    }

    /// Takes the place of an empty heap; `events` is empty afterwards.
    pub(super) fn replace(&mut self, events: &mut Vec<Event>) {
        std::mem::swap(&mut self.heap, events);
        for i in (0..self.heap.len().div_ceil(ARITY)).rev() {
            self.sift_down(i, self.heap[i]);
        }
    }

    /// Puts `event` at this place, where there is none any more, or below it.
    fn sift_down(&mut self, place: usize, event: Event) {
        let n = self.heap.len();
        let mut i = place;
        loop {
            let first = i * ARITY + 1;
            if first >= n {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + ARITY).min(n) {
                if self.heap[child].before(&self.heap[least]) {
                    least = child;
                }
            }
            if !self.heap[least].before(&event) {
                break;
            }
            self.heap[i] = self.heap[least];
            i = least;
        }
        self.heap[i] = event;
    }
}
