import Capture
import FaceCore
import Foundation
import RigMapping
import Settings

/// Where a configuration's calibration, triggers and rig profile lie, and what is in them.
package struct PersonalFiles: Sendable {
  package let store: StateStore
  package let calibrationPath: String
  package let triggerPath: String
  private let settings: PersonalSettings

  /// - Throws: ``RigMappingError/unusable(_:)`` where there is no folder for such files.
  package init(_ configuration: Configuration) throws {
    settings = configuration.personal
    store = try StateStore()
    calibrationPath =
      if case .file(let path) = settings.calibration { path } else {
        store.calibrationPath(camera: Self.cameraName(configuration.source), user: settings.user)
      }
    triggerPath = store.triggerPath(user: settings.user)
  }

  /// The calibration that the configuration asks for; nothing where none was saved.
  ///
  /// - Parameter log: hears of a damaged file of the store, which was set aside.
  /// - Throws: ``RigMappingError`` for a file that was asked for by name and can't be used.
  package func calibration(log: (String) -> Void) throws -> Calibration {
    switch settings.calibration {
    case .none: Calibration()
    case .auto: try store.read(Calibration.self, from: calibrationPath, log: log) ?? Calibration()
    case .file(let path): try StateStore.decode(Calibration.self, at: path)
    }
  }

  /// The triggers that the user taught.
  package func triggers(log: (String) -> Void) throws -> TriggerLibrary {
    try store.read(TriggerLibrary.self, from: triggerPath, log: log) ?? TriggerLibrary()
  }

  /// The profile that the configuration asks for, nil for none.
  ///
  /// - Throws: ``SettingsError`` with the mistakes of the file, ``PipelineError`` where it is nowhere.
  package static func profile(_ rig: PersonalSettings.Rig) throws -> RigProfile? {
    switch rig {
    case .none: nil
    case .file(let path): try RigProfile.load(path: path)
    case .shipped(let name):
      try RigProfile.load(path: ResourceFolders.find("Config/rigs/\(name).yaml", installed: "rigs/\(name).yaml"))
    }
  }

  /// The stage's settings with the profile that the configuration names; throws as ``profile(_:)``.
  package static func stageConfiguration(_ settings: PersonalSettings) throws -> PersonalStage.Configuration {
    var result = settings.stage
    result.profile = try profile(settings.rig)
    return result
  }

  /// What a camera's calibration is saved under: the name that survives a reboot, where the camera has one.
  private static func cameraName(_ source: SourceConfiguration) -> String {
    if let file = source.file { return "file " + ((file as NSString).lastPathComponent) }
    let text = source.camera.text
    guard let camera = try? CameraList.scan().choose(text) else { return text }
    return ((camera.byID.first ?? camera.byPath.first ?? camera.card) as NSString).lastPathComponent
  }
}
