//! Work in threads with results in order: what comes out does not depend on the number of threads, and
//! memory does not grow with the number of items.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Items in flight for every thread: one in work, one that waits to be taken, one to take up next.
const IN_FLIGHT: usize = 3;
/// The main thread's usual size; a thread that works on text gets the same.
const STACK: usize = 8 << 20;

/// How many threads the machine can run at a time.
pub(crate) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What keeps a run within bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) threads: usize,
    /// No item is taken up while those in flight weigh this much.
    pub(crate) weight: u64,
}

struct State<R> {
    pulled: usize,
    taken: usize,
    weight: u64,
    /// There are no more items.
    ended: bool,
    /// Nobody wants more results.
    stopped: bool,
    done: BTreeMap<usize, (R, u64)>,
}

struct Shared<R> {
    /// Held by the thread that fetches an item.
    turn: Mutex<()>,
    state: Mutex<State<R>>,
    room: Condvar,
    ready: Condvar,
}

/// Gives every item that `next` yields, with its weight, to one of the threads that run `work`, and the
/// results to `take`, on this thread, in the order of the items. `next` is called by one thread at a
/// time. When `take` fails, `stop` is called, after which `next` must soon return none, and the failure
/// is returned once no work is going on any more.
pub(crate) fn ordered<T, R: Send, E>(
    bounds: Bounds,
    next: impl Fn() -> Option<(T, u64)> + Sync,
    stop: impl Fn(),
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let shared = Shared {
        turn: Mutex::new(()),
        state: Mutex::new(State {
            pulled: 0,
            taken: 0,
            weight: 0,
            ended: false,
            stopped: false,
            done: BTreeMap::new(),
        }),
        room: Condvar::new(),
        ready: Condvar::new(),
    };
    let (shared, next, work) = (&shared, &next, &work);
    thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..bounds.threads.max(1) {
            let worker = move || {
                let _alarm = Alarm(shared);
                while let Some((index, item, weight)) = shared.fetch(bounds, next) {
                    shared.put(index, work(item), weight);
                }
            };
            // Where the system gives no more threads, those that there are do the work.
            let thread = thread::Builder::new().stack_size(STACK);
            started += usize::from(thread.spawn_scoped(scope, worker).is_ok());
        }
        let alone = || {
            let (index, item, weight) = shared.fetch(bounds, next)?;
            shared.put(index, work(item), weight);
            Some(())
        };
        while started > 0 || alone().is_some() {
            let Some((result, weight)) = shared.wait() else { break };
            if let Err(e) = take(result) {
                shared.stop();
                stop();
                return Err(e);
            }
            shared.taken(weight);
        }
        Ok(())
    })
}

impl<R> Shared<R> {
    fn state(&self) -> MutexGuard<'_, State<R>> {
        lock(&self.state)
    }

    /// The next item with its number, when there is room for it.
    fn fetch<T>(&self, bounds: Bounds, next: &impl Fn() -> Option<(T, u64)>) -> Option<(usize, T, u64)> {
        let _turn = lock(&self.turn);
        let full = |s: &mut State<R>| {
            let flying = s.pulled - s.taken;
            !s.stopped && flying > 0 && (flying >= IN_FLIGHT * bounds.threads || s.weight >= bounds.weight)
        };
        let state = self.room.wait_while(self.state(), full).unwrap_or_else(PoisonError::into_inner);
        if state.stopped || state.ended {
            return None;
        }
        drop(state);
        let item = next();
        let mut state = self.state();
        let Some((item, weight)) = item else {
            state.ended = true;
            self.ready.notify_one();
            return None;
        };
        let index = state.pulled;
        state.pulled += 1;
        state.weight += weight;
        Some((index, item, weight))
    }

    fn put(&self, index: usize, result: R, weight: u64) {
        self.state().done.insert(index, (result, weight));
        self.ready.notify_one();
    }

    /// The next result in order; none after the last.
    fn wait(&self) -> Option<(R, u64)> {
        let mut state = self.state();
        loop {
            let at = state.taken;
            if let Some(done) = state.done.remove(&at) {
                return Some(done);
            }
            if state.stopped || state.ended && state.taken == state.pulled {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn taken(&self, weight: u64) {
        let mut state = self.state();
        state.taken += 1;
        state.weight -= weight;
        self.room.notify_all();
    }

    fn stop(&self) {
        self.state().stopped = true;
        self.room.notify_all();
        self.ready.notify_all();
    }
}

/// Ends the run when a worker panics, so that nobody waits for its result; the scope passes the panic on.
struct Alarm<'a, R>(&'a Shared<R>);

impl<R> Drop for Alarm<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

/// Items on their way from one thread to others.
pub(crate) struct Queue<T> {
    line: Mutex<Line<T>>,
    changed: Condvar,
    capacity: usize,
}

struct Line<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            line: Mutex::new(Line { items: VecDeque::new(), closed: false }),
            changed: Condvar::new(),
            capacity,
        }
    }

    /// Adds an item when there is room; false when nobody wants it any more.
    pub(crate) fn push(&self, item: T) -> bool {
        let full = |line: &mut Line<T>| !line.closed && line.items.len() >= self.capacity;
        let mut line =
            self.changed.wait_while(lock(&self.line), full).unwrap_or_else(PoisonError::into_inner);
        if line.closed {
            return false;
        }
        line.items.push_back(item);
        self.changed.notify_all();
        true
    }

    /// The next item; none when the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<T> {
        let empty = |line: &mut Line<T>| !line.closed && line.items.is_empty();
        let mut line =
            self.changed.wait_while(lock(&self.line), empty).unwrap_or_else(PoisonError::into_inner);
        self.changed.notify_all();
        line.items.pop_front()
    }

    /// Takes no more items.
    pub(crate) fn close(&self) {
        lock(&self.line).closed = true;
        self.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counting(to: usize) -> impl Fn() -> Option<(usize, u64)> + Sync {
        let next = AtomicUsize::new(0);
        move || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&n| n < to).map(|n| (n, 1))
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            let mut taken = Vec::new();
            // The first items take the longest.
            let work = |n: usize| {
                thread::sleep(std::time::Duration::from_micros(200_u64.saturating_sub(n as u64)));
                n * n
            };
            let bounds = Bounds { threads, weight: 100 };
            let done = ordered(
                bounds,
                counting(300),
                || (),
                work,
                |n| {
                    taken.push(n);
                    Ok::<_, ()>(())
                },
            );
            assert_eq!(done, Ok(()));
            assert_eq!(taken, (0..300).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_is_taken_up_while_what_is_in_flight_weighs_too_much() {
        let (flying, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |n: usize| {
            most.fetch_max(flying.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            n
        };
        let take = |_| {
            flying.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, ()>(())
        };
        ordered(Bounds { threads: 8, weight: 2 }, counting(500), || (), work, take).unwrap();
        assert!(most.into_inner() <= 3);
    }

    #[test]
    fn a_failure_ends_the_work() {
        let stopped = AtomicUsize::new(0);
        let stop = || stopped.store(1, Ordering::SeqCst);
        let bounds = Bounds { threads: 4, weight: 100 };
        let take = |n| if n == 10 { Err(n) } else { Ok(()) };
        assert_eq!(ordered(bounds, counting(usize::MAX), stop, |n| n, take), Err(10));
        assert_eq!(stopped.into_inner(), 1);
    }

    #[test]
    fn a_closed_queue_gives_what_is_in_it_and_takes_no_more() {
        let queue = Queue::new(4);
        assert!(queue.push(1) && queue.push(2));
        queue.close();
        assert!(!queue.push(3));
        assert_eq!([queue.pop(), queue.pop(), queue.pop()], [Some(1), Some(2), None]);
    }
}
