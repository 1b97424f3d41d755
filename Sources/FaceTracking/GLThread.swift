import Foundation

/// A thread that owns a GL context: work is handed to it and waited for, about 10 µs a time.
final class GLThread: @unchecked Sendable {
  // `job` and `isStopping` are guarded by `condition`.
  private let condition = NSCondition()
  private var job: (() -> Void)?
  private var isStopping = false

  init() {
    let thread = Thread { [weak self] in
      while true {
        guard let self, self.waitForWork() else { return }
        self.work()
        self.finish()
      }
    }
    thread.name = "gurn-gl"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Runs `body` on the thread and returns what it returns. Called from one thread at a time.
  func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    var outcome: Swift.Result<Result, Failure>?
    withoutActuallyEscaping(body) { body in
      condition.lock()
      job = {
        do throws(Failure) { outcome = .success(try body()) } catch { outcome = .failure(error) }
      }
      condition.broadcast()
      while job != nil { condition.wait() }
      condition.unlock()
    }
    guard let outcome else { preconditionFailure("the GL thread ended with work left") }
    return try outcome.get()
  }

  /// Ends the thread; nothing may be run afterwards.
  func stop() {
    condition.withLock {
      isStopping = true
      condition.broadcast()
    }
  }

  /// Waits for a job; false when there will be none.
  private func waitForWork() -> Bool {
    condition.withLock {
      while job == nil, !isStopping { condition.wait() }
      return job != nil
    }
  }

  /// Does the job. A function of its own, never inlined, so that no reference to the caller's closure is left on this
  /// thread when `finish` lets the caller go on: `withoutActuallyEscaping` traps on one.
  @inline(never) private func work() { job?() }

  private func finish() {
    condition.withLock {
      job = nil
      condition.broadcast()
    }
  }
}
