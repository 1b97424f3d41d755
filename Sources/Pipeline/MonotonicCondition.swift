import Glibc

/// A lock with a condition whose limits of time go by CLOCK_MONOTONIC: a step of the wall clock, as when a machine without a
/// battery hears of the time, neither ends a wait early nor prolongs it by hours.
package final class MonotonicCondition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func lock() { pthread_mutex_lock(mutex) }

  package func unlock() { pthread_mutex_unlock(mutex) }

  /// Runs `body` with the lock held.
  package func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }

  /// Wakes one thread that waits.
  package func signal() { pthread_cond_signal(condition) }

  /// Wakes all threads that wait.
  package func broadcast() { pthread_cond_broadcast(condition) }

  /// Waits with the lock held until it is woken.
  package func wait() { pthread_cond_wait(condition, mutex) }

  /// Waits with the lock held until it is woken or CLOCK_MONOTONIC shows `moment`, seconds; false when the time is over.
  package func wait(untilMonotonic moment: Double) -> Bool {
    let whole = moment.rounded(.down)
    var limit = timespec(tv_sec: Int(whole), tv_nsec: Int((moment - whole) * 1e9))
    return pthread_cond_timedwait(condition, mutex, &limit) == 0
  }
}
