import CAvformat
import FaceCore
import Foundation

/// The luma of a video file's frames, by libav: any container and codec that it knows.
///
/// Frames come as fast as they are asked for, with the file's own times from its first frame on. Planar YUV, NV12 and grey
/// are lent without a copy; everything else is converted to 8-bit grey. One decoder thread: two runs give the same bytes.
package final class VideoFile: FrameSource {
  /// The smallest picture worth tracking in.
  private static let smallestEdge = 32

  package let path: String
  package let nominalRate: Double
  package let frameCount: Int?
  package var isLive: Bool { false }
  package var description: String { (path as NSString).lastPathComponent }
  /// Packets that could not be decoded.
  package private(set) var corruptPackets = 0

  private let loops: Bool
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var decoder: UnsafeMutablePointer<AVCodecContext>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private let grey = GreyConverter()
  private let stream: Int32
  private let timeBase: Double
  private var firstTimestamp: Int64?
  private var last = CaptureTime(nanoseconds: -1)
  private var loopStart = CaptureTime(nanoseconds: 0)
  private var isDraining = false
  private var delivered = 0
  /// Nanoseconds from frame to frame where the file doesn't say.
  private var interval: Int64 { Int64(1e9 / (nominalRate > 0 ? nominalRate : 30)) }

  /// Opens a file; `loops` starts it over at its end, with time going on.
  ///
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` for anything that is not a video of at least 32×32 pixels.
  package init(path: String, loops: Bool = false) throws(CaptureError) {
    self.path = path
    self.loops = loops
    av_log_set_level(AV_LOG_QUIET)
    try Self.checkFile(path)
    let context = try Self.openContainer(path)
    format = context
    var codec: UnsafePointer<AVCodec>?
    let status = avformat_find_stream_info(context, nil)
    let best = status < 0 ? status : av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0)
    stream = best
    guard best >= 0, let codec, !Self.isCover(context.pointee.streams[Int(best)]!.pointee),
      let opened = Self.open(codec, context.pointee.streams[Int(best)]!.pointee)
    else {
      avformat_close_input(&format)
      throw .unreadable(path: path, reason: "has no video stream that can be decoded")
    }
    packet = av_packet_alloc()
    frame = av_frame_alloc()
    decoder = opened
    let streamInfo = context.pointee.streams[Int(best)]!.pointee
    timeBase = av_q2d(streamInfo.time_base)
    let rate = av_q2d(streamInfo.avg_frame_rate)
    nominalRate = rate.isFinite && rate > 0 ? rate : 0
    frameCount = Self.count(streamInfo, rate: nominalRate, duration: context.pointee.duration)
    let (width, height) = (Int(opened.pointee.width), Int(opened.pointee.height))
    guard min(width, height) >= Self.smallestEdge else {
      throw .unreadable(
        path: path,
        reason: "is \(width)×\(height) pixels; at least \(Self.smallestEdge)×\(Self.smallestEdge) are needed")
    }
  }

  deinit {
    av_frame_free(&frame)
    av_packet_free(&packet)
    avcodec_free_context(&decoder)
    avformat_close_input(&format)
  }

  package func next() throws(CaptureError) -> FrameRead {
    while true {
      switch avcodec_receive_frame(decoder, frame) {
      case 0...: return .frame(try deliver())
      case cav_error_again: feed()
      case cav_error_end: guard try startOver() else { return .end }
      default:
        corruptPackets += 1
        if !isDraining { feed() }
      }
    }
  }

  /// Sends the next packet of the video stream to the decoder; at the file's end, what tells it to finish.
  private func feed() {
    while true {
      guard av_read_frame(format, packet) >= 0 else {
        isDraining = true
        avcodec_send_packet(decoder, nil)
        return
      }
      defer { av_packet_unref(packet) }
      guard packet!.pointee.stream_index == stream else { continue }
      if avcodec_send_packet(decoder, packet) < 0 { corruptPackets += 1 }
      return
    }
  }

  private func deliver() throws(CaptureError) -> Frame {
    let picture = frame!
    let stamp = picture.pointee.best_effort_timestamp
    var time = delivered == 0 ? loopStart : CaptureTime(nanoseconds: last.nanoseconds + interval)
    if stamp != Int64.min {
      if firstTimestamp == nil { firstTimestamp = stamp }
      time = CaptureTime(
        nanoseconds: loopStart.nanoseconds + Int64((Double(stamp - firstTimestamp!) * timeBase * 1e9).rounded()))
    }
    // Times never stand still or go back, whatever the container says.
    if time <= last { time = CaptureTime(nanoseconds: last.nanoseconds + 1_000_000) }
    last = time
    delivered += 1
    return try grey.luma(of: picture, path: path, at: time)
  }

  /// Goes back to the first frame of a looping file; false at the end of one that doesn't loop.
  private func startOver() throws(CaptureError) -> Bool {
    guard delivered > 0 else { throw .unreadable(path: path, reason: "no frame of it can be decoded") }
    guard loops, av_seek_frame(format, stream, 0, AVSEEK_FLAG_BACKWARD) >= 0 else { return false }
    avcodec_flush_buffers(decoder)
    isDraining = false
    loopStart = CaptureTime(nanoseconds: last.nanoseconds + interval)
    firstTimestamp = nil
    delivered = 0
    return true
  }
}

extension VideoFile {
  private static func checkFile(_ path: String) throws(CaptureError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadable(path: path, reason: "no such file")
    }
    if isFolder.boolValue { throw .unreadable(path: path, reason: "is a directory; a video file is needed") }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw .unreadable(path: path, reason: "permission denied")
    }
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if size == 0 { throw .unreadable(path: path, reason: "is empty") }
  }

  /// Names of libav's readers that make pictures of text: any file would be a video.
  private static let textReaders: Set = ["tty", "bin", "xbin", "idf", "adf"]

  private static func openContainer(_ path: String) throws(CaptureError) -> UnsafeMutablePointer<AVFormatContext> {
    var context: UnsafeMutablePointer<AVFormatContext>?
    // Files only: a playlist must not make the program fetch something, and a colon in a name means nothing.
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    let status = avformat_open_input(&context, "file:" + path, nil, &options)
    guard status >= 0, let opened = context else {
      throw .unreadable(path: path, reason: "not a video that can be read (\(avReason(status)))")
    }
    if textReaders.contains(String(cString: opened.pointee.iformat.pointee.name)) {
      avformat_close_input(&context)
      throw .unreadable(path: path, reason: "is text, not a video")
    }
    return opened
  }

  private static func open(_ codec: UnsafePointer<AVCodec>, _ stream: AVStream) -> UnsafeMutablePointer<AVCodecContext>?
  {
    var context = avcodec_alloc_context3(codec)
    avcodec_parameters_to_context(context, stream.codecpar)
    context?.pointee.thread_count = 1
    guard avcodec_open2(context, codec, nil) >= 0 else {
      avcodec_free_context(&context)
      return nil
    }
    return context
  }

  /// Whether a stream is the picture of a music file.
  private static func isCover(_ stream: AVStream) -> Bool { stream.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 }

  private static func count(_ stream: AVStream, rate: Double, duration: Int64) -> Int? {
    if stream.nb_frames > 0 { return Int(stream.nb_frames) }
    guard rate > 0, duration > 0 else { return nil }
    return Int((Double(duration) / Double(AV_TIME_BASE) * rate).rounded())
  }
}

/// libav's words for one of its error codes.
func avReason(_ status: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  guard av_strerror(status, &buffer, buffer.count) >= 0 else { return "error \(status)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
