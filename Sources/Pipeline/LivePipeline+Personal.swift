import FaceCore
import RigMapping

/// What happens while a running pipeline is calibrated.
package enum CalibrationEvent: Sendable {
  /// A capture goes on: how far it is, 0…1, and what the person should do better, nil while frames count. Up to ten a second.
  case progress(CalibrationCapture.Kind, Double, hint: String?)
  /// The capture is over and its calibration holds from now on; it is the caller's to save.
  case finished(CalibrationCapture.Kind, Calibration)
  /// The capture came to nothing and why; the calibration before it holds.
  case failed(CalibrationCapture.Kind, String)
  /// The head's zero was set; the calibration is the caller's to save.
  case recentred(Calibration)
}

/// Calibration and rig mapping of a running pipeline. Any thread; each takes effect with the next frame, without a jump.
extension LivePipeline {
  /// How long a capture is tried, for each second of frames that it needs: who is away is not waited for for ever.
  private static let patience = 8.0

  /// Begins a capture: ``CalibrationEvent`` tells how it goes. One that is under way is dropped.
  ///
  /// `/VMC/Ext/Set/Calib/Exec` means ``CalibrationCapture/Kind/neutral``.
  package func startCalibration(_ kind: CalibrationCapture.Kind, seconds: Double? = nil) {
    personal.add(.capture(kind, seconds: seconds))
  }

  /// Drops the capture that is under way.
  package func cancelCalibration() { personal.add(.cancel) }

  /// Makes the way the head is turned now its zero.
  package func recenter() { personal.add(.recenter) }

  /// Whether left and right change places on the wire.
  package func setMirror(_ isMirrored: Bool) { personal.add(.mirror(isMirrored)) }

  /// The profile that makes the rig's channels; nil for none. ``PersonalFiles/profile(_:)`` reads one by its name.
  package func selectProfile(_ profile: RigProfile?) { personal.add(.profile(profile)) }

  /// Takes a calibration that was captured elsewhere.
  package func useCalibration(_ calibration: Calibration) { personal.add(.calibrate(calibration)) }

  /// Takes what was taught.
  package func useTriggers(_ library: TriggerLibrary) { personal.add(.teach(library)) }

  /// Takes new settings, as a reload of the configuration brings them.
  package func reconfigure(personal configuration: PersonalStage.Configuration) {
    personal.add(.configure(configuration))
  }

  /// Carries out what was asked for (tracking thread, before a frame).
  func obey(_ stage: FaceStage, _ progress: inout CaptureProgress) {
    for command in personal.take() {
      switch command {
      case .configure(let configuration): stage.changePersonal { $0 = configuration }
      case .calibrate(let calibration): stage.personal?.calibrate(calibration)
      case .teach(let library): stage.personal?.teach(TriggerBank(library))
      case .capture(let kind, let seconds):
        stage.personal?.startCapture(kind, seconds: seconds)
        progress = CaptureProgress()
      case .cancel: stage.personal?.cancelCapture()
      case .mirror(let isMirrored): stage.changePersonal { $0.mirror = isMirrored }
      case .profile(let profile): stage.changePersonal { $0.profile = profile }
      case .recenter:
        if stage.personal?.recenter() == true, let calibration = stage.personal?.calibration {
          onEvent(.calibration(.recentred(calibration)))
        } else {
          onEvent(.calibration(.failed(.neutral, "there is no face to take the zero from")))
        }
      }
    }
  }

  /// Tells how a capture goes and ends one that is complete (tracking thread, after a frame).
  func report(_ stage: FaceStage, at time: CaptureTime, _ progress: inout CaptureProgress) {
    guard let capture = stage.personal?.capture else { return }
    let start = progress.start ?? time
    progress.start = start
    let isOver = abs(time.seconds(since: start)) > capture.needed * Self.patience
    guard capture.isComplete || isOver else {
      if let told = progress.told, (0..<0.1).contains(time.seconds(since: told)) { return }
      progress.told = time
      let hint: String? =
        if case .rejected(let reason) = stage.personal?.captureVerdict { reason.rawValue } else { nil }
      return onEvent(.calibration(.progress(capture.kind, capture.progress, hint: hint)))
    }
    do {
      guard capture.isComplete else {
        throw RigMappingError.unusable("\(capture.kind.rawValue): not enough frames could be used")
      }
      if let calibration = try stage.personal?.finishCapture() {
        onEvent(.calibration(.finished(capture.kind, calibration)))
      }
    } catch {
      stage.personal?.cancelCapture()
      onEvent(.calibration(.failed(capture.kind, "\(error)")))
    }
  }
}

/// When a capture began, and when its progress was told last, by capture time.
struct CaptureProgress {
  var start: CaptureTime?
  var told: CaptureTime?
}
