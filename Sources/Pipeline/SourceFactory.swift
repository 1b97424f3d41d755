import Capture
import Settings

/// Makes what the configuration names: a camera or a video file.
package enum SourceFactory {
  /// - Throws: ``CaptureError`` where the file is no video. A camera may be missing: it is waited for.
  package static func make(_ source: SourceConfiguration) throws(CaptureError) -> sending any FrameSource {
    if let file = source.file { return try VideoFile(path: file, loops: source.loop) }
    let request = CameraRequest(width: source.width, height: source.height, framesPerSecond: Double(source.fps))
    return CameraSource(name: source.camera.text, request: request)
  }
}

extension FrameOrientation {
  /// The turn that the configuration asks for.
  package init(_ source: SourceConfiguration) {
    self.init(clockwiseTurns: source.rotateDegrees / 90, isMirrored: source.mirror)
  }
}
