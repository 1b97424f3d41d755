import CAvformat
import FaceCore
import Foundation

/// The luma of a video file's frames, by libav: any container and codec that it knows.
///
/// Frames come as fast as they are asked for, with the file's own times from its first frame on, turned upright where the
/// file says how. Planar YUV, NV12 and grey are lent without a copy; everything else is converted to 8-bit grey. What of a
/// damaged file can be decoded is delivered, the rest counted in ``damagedFrames``. Two runs give the same bytes. Played from a
/// later moment on, times are counted from there.
package final class VideoFile: FrameSource {
  package let path: String
  package let nominalRate: Double
  package let frameCount: Int?
  package var isLive: Bool { false }
  package let description: String
  package var damagedFrames: Int { earlierFaults + stream.faults }

  private let loops: Bool
  private var stream: PictureStream
  private let grey = GreyConverter()
  private var earlierFaults = 0
  private let start: Double
  private var hasDelivered = false
  private var loopStart: Int64 = 0
  private var last: Int64?

  /// Opens a file and decodes its first frame; `loops` starts it over at its end, with time going on.
  ///
  /// - Parameter start: seconds from the first frame to the one to begin with.
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` for anything that is not a video of at least 32×32 pixels.
  package init(path: String, loops: Bool = false, from start: Double = 0) throws(CaptureError) {
    self.path = path
    self.start = start
    description = (path as NSString).lastPathComponent
    self.loops = loops
    stream = try PictureStream(path: path)
    nominalRate = stream.rate
    frameCount = loops || start > 0 ? nil : stream.count
    if start > 0 { stream.seek(to: start) }
  }

  package func next() throws(CaptureError) -> FrameRead {
    while true {
      if let picture = stream.next() {
        if isEarly(picture) { continue }
        hasDelivered = true
        var frame = try grey.luma(of: picture, path: path, at: time(of: picture), clockwiseTurns: stream.clockwiseTurns)
        if stream.clockwiseTurns == 0 { frame.original = original(of: picture) }
        return .frame(frame)
      }
      guard hasDelivered || start == 0 else {
        throw .unreadable(path: path, reason: "ends before the second \(start) that was asked for")
      }
      guard loops else { return .end }
      // Opened anew: not every container can be sought in, and a new decoder remembers nothing.
      earlierFaults += stream.faults
      stream = try PictureStream(path: path)
      loopStart = (last ?? 0) + interval
      if start > 0 { stream.seek(to: start) }
      hasDelivered = false
    }
  }

  /// Whether a picture comes before the one to begin with.
  private func isEarly(_ picture: PictureStream.Picture) -> Bool {
    guard start > 0, !hasDelivered, let seconds = seconds(of: picture) else { return false }
    return seconds < start - 0.0005
  }

  /// Seconds from the file's first picture, nil without a stamp.
  private func seconds(of picture: PictureStream.Picture) -> Double? {
    let stamp = picture.pointee.best_effort_timestamp
    guard stamp != Int64.min, let first = stream.firstStamp else { return nil }
    return (Double(stamp) - Double(first)) * stream.timeBase
  }

  /// The picture as the file holds it: its JPEG, or its pixels.
  private func original(of picture: PictureStream.Picture) -> SourcePicture? {
    guard let jpeg = stream.jpeg else { return SourcePicture(picture) }
    return SourcePicture(jpeg: jpeg, width: Int(picture.pointee.width), height: Int(picture.pointee.height))
  }

  /// Nanoseconds from one frame to the next where the file doesn't say.
  private var interval: Int64 { Int64(1e9 / (stream.rate > 0 ? stream.rate : 30)) }

  /// The picture's time from the first frame on. Times never stand still or go back, whatever the container says.
  private func time(of picture: PictureStream.Picture) -> CaptureTime {
    let earliest = last.map { $0 + 1_000_000 } ?? 0
    var time = last.map { $0 + interval } ?? 0
    // A broken timestamp may lie beyond any clock.
    if let seconds = seconds(of: picture), abs(seconds) < 1e9 {
      time = loopStart + Int64(((seconds - start) * 1e9).rounded())
    }
    last = max(time, earliest)
    return CaptureTime(nanoseconds: max(time, earliest))
  }
}
