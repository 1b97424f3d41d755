import CMalloc
import Logging
import ServiceLifecycle
import UnixSignals

/// Reloads the configuration at SIGHUP: validated whole, then swapped; the old one stays if anything is wrong.
struct ReloadService: Service {
  let hangups: UnixSignalsSequence
  let loader: ConfigurationLoader
  let daemon: Daemon
  let manager: ServiceManager
  let oscQuery: OSCQueryService
  let logger: Logger

  func run() async throws {
    for await _ in hangups.cancelOnGracefulShutdown() {
      manager.notifyReloading()
      do {
        let configuration = try loader.load()
        try daemon.reconfigure(configuration)
        oscQuery.reconfigure(configuration)
        logger.info("configuration reloaded")
        // What the old pipeline held goes back to the system: networks and pictures are large, and glibc keeps what each thread
        // freed for that thread's like.
        malloc_trim(0)
      } catch {
        logger.error("configuration not reloaded, the old one stays: \(error)")
      }
      manager.notify("READY=1")
    }
  }
}
