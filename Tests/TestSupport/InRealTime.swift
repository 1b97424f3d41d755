import Synchronization
import Testing

/// Tests whose subjects live by the clock: daemons, tools, streams with deadlines. They run one at a time over all suites, as a
/// dozen trackers at once on a small machine miss deadlines that a user's single one keeps. Other tests go on beside them.
package struct InRealTime: SuiteTrait, TestTrait, TestScoping {
  package let isRecursive = true

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Self.turn.take()
    defer { Self.turn.pass() }
    try await function()
  }

  private static let turn = Turn()
}

extension Trait where Self == InRealTime {
  /// One at a time with all others that have this trait.
  package static var inRealTime: Self { Self() }
}

/// A lock that suspends those who wait, who get it in their order.
private final class Turn: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken { state.waiting.append(continuation) }
        defer { state.isTaken = true }
        return !state.isTaken
      }
      if isFree { continuation.resume() }
    }
  }

  func pass() {
    let next = state.withLock { state in
      state.isTaken = !state.waiting.isEmpty
      return state.isTaken ? state.waiting.removeFirst() : nil
    }
    next?.resume()
  }
}
