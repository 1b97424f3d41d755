import Foundation

/// A thread that owns a GL context: work is handed to it and waited for, about 10 µs a time.
final class GLThread: @unchecked Sendable {
  // `job` and `isStopping` are guarded by `condition`.
  private let condition = NSCondition()
  private var job: (() -> Void)?
  private var isStopping = false

  init() {
    let thread = Thread { [weak self, condition] in
      while true {
        condition.lock()
        while let self, self.job == nil, !self.isStopping { condition.wait() }
        var job = self?.job
        condition.unlock()
        if job == nil { return }
        job?()
        // The waiting thread must find itself the only owner of the work when it goes on.
        job = nil
        self?.finish()
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

  private func finish() {
    condition.withLock {
      job = nil
      condition.broadcast()
    }
  }
}
