import Dispatch
import Logging
import Pipeline
import RigMapping
import Settings

/// Reads calibration and triggers for the pipeline, and saves what a running pipeline learns.
struct PersonalKeeper: Sendable {
  private let logger: Logger
  private let files: PersonalFiles?

  /// A daemon without a home folder runs, but keeps nothing; the log says so.
  init(_ configuration: Configuration, logger: Logger) throws {
    self.logger = logger
    do { files = try PersonalFiles(configuration) } catch {
      if case .file = configuration.personal.calibration { throw error }
      logger.warning("calibrations are neither read nor saved: \(error)")
      files = nil
    }
  }

  /// What was saved; a damaged file is set aside, and the log says so.
  ///
  /// - Throws: ``RigMappingError`` for a file that was asked for by name and can't be used.
  func load() throws -> (calibration: Calibration, triggers: TriggerLibrary) {
    guard let files else { return (Calibration(), TriggerLibrary()) }
    let log = { (text: String) in logger.warning("\(text)") }
    return (try files.calibration(log: log), try files.triggers(log: log))
  }

  /// Tells the log how a calibration goes, and saves it. Any thread: the disk is waited for elsewhere.
  func take(_ event: CalibrationEvent) {
    switch event {
    case .progress: break
    case .failed(let kind, let reason): logger.warning("calibration (\(kind.rawValue)) failed: \(reason)")
    case .finished(let kind, let calibration): save(calibration, "calibrated (\(kind.rawValue))")
    case .recentred(let calibration): save(calibration, "the head's zero is set")
    }
  }

  private func save(_ calibration: Calibration, _ what: String) {
    DispatchQueue.global().async { [logger, files] in
      guard let files else { return logger.info("\(what); it is not saved") }
      do {
        try StateStore.write(calibration, to: files.calibrationPath)
        logger.info("\(what): \(calibration.summary); saved in \(files.calibrationPath)")
      } catch {
        logger.warning("\(what), but not saved: \(error)")
      }
    }
  }
}
