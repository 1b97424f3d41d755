import Capture
import FaceCore
import Foundation
import NeuralGraph
import Pipeline
import RigMapping

/// Leads a person before a camera through the steps of a calibration.
///
/// One thread: it reads the camera, runs the stage, and draws. Without a terminal it prints lines and waits for no key.
final class CalibrationGuide {
  private let source: any FrameSource
  private let stage: FaceStage
  private let terminal: Terminal?
  private let stop: StopSignals
  /// Seconds to read the words before a capture begins, and after which a capture is given up.
  private let pause: Double
  private static let patience = 45.0
  /// For how long a camera that has never sent a frame is waited for, seconds.
  private static let cameraPatience = 10.0

  private var drawn = ContinuousClock.now
  private var printed = -1
  private var hasFrames = false

  init(source: any FrameSource, stage: FaceStage, terminal: Terminal?, pause: Double, stop: StopSignals) {
    self.source = source
    self.stage = stage
    self.terminal = terminal
    self.pause = pause
    self.stop = stop
  }

  /// All steps, one after the other.
  ///
  /// - Returns: what was captured, and for each step that came to nothing, why.
  func run(_ steps: [CalibrationCapture.Kind]) throws -> (calibration: Calibration, failures: [String]) {
    var (result, failures) = (Calibration(), [String]())
    for (index, kind) in steps.enumerated() {
      do {
        let part = try capture(kind, step: index + 1, of: steps.count, over: result)
        result = result.updated(by: part)
      } catch let error as RigMappingError {
        failures.append("\(error)")
        // Nothing else means anything without the face at rest.
        if kind == .neutral { throw CommandFailure("\(error)") }
      }
    }
    return (result, failures)
  }

  private func capture(
    _ kind: CalibrationCapture.Kind, step: Int, of steps: Int, over known: Calibration
  ) throws -> Calibration {
    let clock = ContinuousClock()
    let start = clock.now
    var capture = CalibrationCapture(kind)
    printed = -1
    while !capture.isComplete {
      let elapsed = (clock.now - start) / .seconds(1)
      var hint = "get ready: \(Int((pause - elapsed).rounded(.up)))"
      let frame = try nextFace()
      if let reason = frame.waiting, !hasFrames, elapsed > Self.cameraPatience { throw CommandFailure(reason) }
      if elapsed >= pause {
        let verdict: CalibrationCapture.Verdict? = frame.face.map { capture.add($0) }
        hint = if case .rejected(let reason)? = verdict { reason.rawValue } else { frame.waiting ?? "" }
      }
      try show(kind, step: step, of: steps, share: capture.progress, hint: hint)
      guard elapsed < pause + Self.patience else {
        throw RigMappingError.unusable("\(kind.rawValue): given up after \(Int(Self.patience)) s: \(hint)")
      }
    }
    if terminal != nil { FileHandle.standardOutput.write(Data("\u{7}".utf8)) }
    return try capture.result(over: known)
  }

  /// The next frame's face as a calibration sees it, or why there is none.
  private func nextFace() throws -> (face: FaceObservation?, waiting: String?) {
    if stop.isRaised || terminal?.key() == "q" { throw CommandFailure("given up; nothing was saved") }
    switch try source.next() {
    case .frame(let frame):
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      _ = try stage.process(plane, at: frame.time)
      hasFrames = true
      return (stage.personal?.uncalibrated, nil)
    case .late: return (nil, nil)
    case .waiting(let reason): return (nil, "waiting for the camera: \(reason)")
    case .end: throw CommandFailure("\(source.description): no more frames; nothing was saved")
    }
  }

  private func show(_ kind: CalibrationCapture.Kind, step: Int, of steps: Int, share: Double, hint: String) throws {
    if let terminal {
      guard ContinuousClock.now - drawn > .milliseconds(50) else { return }
      drawn = .now
      terminal.draw(CalibrationPicture.screen(kind, step: step, of: steps, share: share, hint: hint))
    } else if Int(share * 4) > printed {
      if printed < 0 { print("\(kind.rawValue): \(CalibrationPicture.words(kind))") }
      printed = Int(share * 4)
      print("\(kind.rawValue): \(CalibrationPicture.bar(share)) \(hint)")
    }
  }
}
