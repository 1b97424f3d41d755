import Dispatch
import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that a command can end its work instead of being cut off.
final class StopSignals: Sendable {
  private let raised = Atomic<Bool>(false)
  private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.raised.store(true, ordering: .relaxed) }
      source.activate()
      sources.append(source)
    }
  }

  /// Whether one of them has come.
  var isRaised: Bool { raised.load(ordering: .relaxed) }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}

/// A failure that is told in one line.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
