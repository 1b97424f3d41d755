import Logging
import Pipeline
import ServiceLifecycle

/// Feeds systemd's watchdog and keeps the status line true (at level debug the log has it too), while the pipeline's threads move.
///
/// The capture thread comes round with every frame, and twice a second while a camera is waited for; the tracking thread
/// follows. One that hangs, in a driver or in a network, starves the watchdog, and systemd starts the daemon anew.
struct HealthService: Service {
  let daemon: Daemon
  let manager: ServiceManager
  let logger: Logger

  /// The status line is looked at this often, the watchdog fed at least three times in its patience.
  private static let statusInterval = Duration.seconds(5)

  func run() async throws {
    guard manager.isListening || logger.logLevel <= .debug else { return }
    let interval = manager.watchdogLimit.map { min($0 / 3, Self.statusInterval) } ?? Self.statusInterval
    await cancelWhenGracefulShutdown {
      var last = daemon.health
      var lastMoment = ContinuousClock.now
      var status = ""
      // The sleep goes by the monotonic clock and ends when the daemon does.
      while (try? await Task.sleep(for: interval)) != nil {
        let health = daemon.health
        let moment = ContinuousClock.now
        if health.hasMoved(since: last) { manager.notify("WATCHDOG=1") }
        let line = health.line(since: last, seconds: (moment - lastMoment).inSeconds)
        if line != status { manager.notify("STATUS=" + line) }
        logger.debug("\(line)")
        (last, lastMoment, status) = (health, moment, line)
      }
    }
  }
}
