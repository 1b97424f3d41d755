import ServiceLifecycle
import UnixSignals

/// Returns, which ends the group, at the first signal that asks for the end; one that came before it ran counts.
struct EndService: Service {
  let signals: UnixSignalsSequence

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() { return }
  }
}
