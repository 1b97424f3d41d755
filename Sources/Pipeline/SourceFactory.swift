import Capture
import Settings

/// Makes what the configuration names: a camera or a video file.
package enum SourceFactory {
  /// - Parameters:
  ///   - speed: how fast a video file plays, 1 for as it was taken.
  ///   - restingRate: frames a second that are asked of a camera while the pipeline rests; nil for never.
  /// - Throws: ``CaptureError`` where the file is no video. A camera may be missing: it is waited for.
  package static func make(
    _ source: SourceConfiguration, speed: Double = 1, restingRate: Double? = nil
  ) throws(CaptureError) -> sending any FrameSource {
    if let file = source.file {
      let video = try VideoFile(path: file, loops: source.loop)
      return speed == 1 ? video : RetimedSource(video, speed: speed)
    }
    guard let restingRate else { return CameraSource(name: source.camera.text, request: CameraRequest(source)) }
    return RestingCamera(fullRate: Double(source.fps), restingRate: restingRate) { rate in
      var asked = source
      asked.fps = max(1, Int(rate.rounded()))
      return CameraSource(name: source.camera.text, request: CameraRequest(asked))
    }
  }
}

extension CameraRequest {
  /// What the configuration asks of a camera.
  package init(_ source: SourceConfiguration) {
    var settings = CameraSettings()
    switch source.exposure {
    case .keep: break
    case .auto: settings.exposure = .auto
    case .value(let milliseconds): settings.exposure = .milliseconds(milliseconds)
    }
    switch source.gain {
    case .keep: break
    case .auto: settings.gain = .auto
    case .value(let gain): settings.gain = .value(Int(gain.rounded()))
    }
    switch source.powerLine {
    case .keep: break
    case .off: settings.powerLine = .off
    case .hz50: settings.powerLine = .hz50
    case .hz60: settings.powerLine = .hz60
    case .auto: settings.powerLine = .auto
    }
    settings.controls = source.controls
    self.init(
      width: source.width, height: source.height, framesPerSecond: Double(source.fps),
      format: source.fourcc.flatMap(PixelFormat.init(rawValue:)), settings: settings)
  }
}

extension FrameOrientation {
  /// The turn that the configuration asks for.
  package init(_ source: SourceConfiguration) {
    self.init(clockwiseTurns: source.rotateDegrees / 90, isMirrored: source.mirror)
  }
}
