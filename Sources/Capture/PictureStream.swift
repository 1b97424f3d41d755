import CAvformat
import Glibc

/// The decoded pictures of a file's best video stream, from the first to the last, in the order of display.
///
/// One decoder thread: two runs give the same bytes. Used from one thread only.
final class PictureStream {
  typealias Picture = UnsafeMutablePointer<AVFrame>

  /// The smallest picture worth tracking in, pixels.
  static let smallestEdge = 32
  /// Larger pictures are refused before memory is taken for them: 8192×8192.
  private static let mostPixels: Int64 = 1 << 26

  /// Seconds of one unit of the pictures' timestamps.
  private(set) var timeBase = 0.0
  /// Pictures a second as the file states them, 0 when unknown.
  private(set) var rate = 0.0
  /// The number of pictures, exact where the container counts them, else reckoned from its duration.
  private(set) var count: Int?
  private var isCounted = false
  /// Quarter turns clockwise, 0…3, that put the pictures upright.
  private(set) var clockwiseTurns = 0
  /// Packets and pictures that were damaged so far, and breaks in the file.
  private(set) var faults = 0

  private let path: String
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var decoder: UnsafeMutablePointer<AVCodecContext>?
  private var packet = av_packet_alloc()
  private var picture = av_frame_alloc()
  /// The packet of the last picture where it is a JPEG of its own.
  private var jpegPacket: UnsafeMutablePointer<AVPacket>?
  private var index: Int32 = -1
  private var decoded = 0
  /// Seconds from the first picture to the last one decoded.
  private var lastEnd = 0.0
  /// The first picture's timestamp, nil where the file has none.
  private(set) var firstStamp: Int64?
  private var hasSought = false
  private var isFirst = true
  private var isDraining = false

  /// Opens the file and decodes its first picture.
  ///
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` for what isn't a video of at least 32×32 pixels.
  init(path: String) throws(CaptureError) {
    self.path = path
    av_log_set_level(AV_LOG_QUIET)
    try checkFile()
    let format = try openContainer()
    let stream = try findStream(format)
    timeBase = av_q2d(stream.pointee.time_base)
    let stated = av_q2d(av_guess_frame_rate(format, stream, nil))
    rate = (0.01...1000).contains(stated) ? stated : 0
    isCounted = stream.pointee.nb_frames > 0
    count = isCounted ? Int(stream.pointee.nb_frames) : reckonedCount(duration: format.pointee.duration)
    clockwiseTurns = turns(of: stream)
    guard let first = decode() else { throw fault("no picture of it can be decoded; is it cut off?") }
    let (width, height) = (first.pointee.width, first.pointee.height)
    guard min(width, height) >= Self.smallestEdge else {
      let edge = Self.smallestEdge
      throw fault("is \(width)×\(height) pixels; at least \(edge)×\(edge) are needed")
    }
  }

  deinit {
    av_frame_free(&picture)
    av_packet_free(&packet)
    av_packet_free(&jpegPacket)
    avcodec_free_context(&decoder)
    avformat_close_input(&format)
  }

  /// The next picture, valid until the next call; nil at the end.
  func next() -> Picture? {
    if isFirst {
      isFirst = false
      return picture
    }
    while let picture = decode() {
      if min(picture.pointee.width, picture.pointee.height) >= Self.smallestEdge { return picture }
      faults += 1
    }
    return nil
  }

  /// Goes on at the last picture from which the one at `seconds` can be decoded, counted from the first; at the next picture
  /// where the container can't be sought in.
  func seek(to seconds: Double) {
    let stamp = (firstStamp ?? 0) + Int64((seconds / max(timeBase, 1e-12)).rounded(.down))
    hasSought = true
    guard av_seek_frame(format, index, stamp, AVSEEK_FLAG_BACKWARD) >= 0 else { return }
    avcodec_flush_buffers(decoder)
    (isFirst, isDraining) = (false, false)
  }

  /// The bytes of the picture delivered last, where each picture is a JPEG; valid until the next call.
  var jpeg: UnsafeBufferPointer<UInt8>? {
    jpegPacket.map { UnsafeBufferPointer(start: $0.pointee.data, count: Int($0.pointee.size)) }
  }

  private func decode() -> Picture? {
    while true {
      let status = avcodec_receive_frame(decoder, picture)
      if status >= 0, let picture {
        if picture.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 || picture.pointee.decode_error_flags != 0 { faults += 1 }
        decoded += 1
        note(timeOf: picture)
        return picture
      }
      if status == cav_error_end { return nil }
      if status != cav_error_again { faults += 1 }
      // While draining, libavcodec itself ends a decoder that goes on failing.
      if !isDraining { feed() }
    }
  }

  private func note(timeOf picture: Picture) {
    let stamp = picture.pointee.best_effort_timestamp
    guard stamp != Int64.min else { return }
    let first = firstStamp ?? stamp
    firstStamp = first
    lastEnd = max(lastEnd, (Double(stamp) - Double(first)) * timeBase)
  }

  /// Whether the file ends well before its stated end: some containers that were cut off end without an error. A duration
  /// counts only where it is stated and no sound can be longer than the pictures; a camera's rate may well have sunk meanwhile.
  private var isShort: Bool {
    guard let count, let format, !hasSought else { return false }
    if isCounted { return Double(decoded) < 0.9 * Double(count) - 2 }
    guard format.pointee.nb_streams == 1, format.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE
    else {
      return false
    }
    return lastEnd < 0.9 * Double(format.pointee.duration) / Double(AV_TIME_BASE) - 2 / max(rate, 1)
  }

  /// Sends the next packet of the stream to the decoder; at the file's end, what tells it to finish.
  private func feed() {
    while true {
      let status = av_read_frame(format, packet)
      guard status >= 0 else {
        if status != cav_error_end || format?.pointee.pb?.pointee.error ?? 0 < 0 || isShort { faults += 1 }
        isDraining = true
        avcodec_send_packet(decoder, nil)
        return
      }
      defer { av_packet_unref(packet) }
      guard packet?.pointee.stream_index == index else { continue }
      if avcodec_send_packet(decoder, packet) < 0 { faults += 1 }
      if let jpegPacket {
        av_packet_unref(jpegPacket)
        av_packet_move_ref(jpegPacket, packet)
      }
      return
    }
  }
}

// MARK: - Opening

extension PictureStream {
  private func fault(_ reason: String) -> CaptureError { .unreadable(path: path, reason: reason) }

  private func checkFile() throws(CaptureError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      throw fault(code == ENOENT ? "no such file" : String(cString: strerror(code)).lowercased())
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw fault("is a directory; a video file is needed")
    case S_IFREG: break
    default: throw fault("is not a regular file; a video file is needed")
    }
    guard access(path, R_OK) == 0 else { throw fault(String(cString: strerror(errno)).lowercased()) }
    guard status.st_size > 0 else { throw fault("is empty") }
  }

  /// Names of libav's readers that make pictures of text: any file would be a video.
  private static let textReaders: Set = ["tty", "bin", "xbin", "idf", "adf"]

  private func openContainer() throws(CaptureError) -> UnsafeMutablePointer<AVFormatContext> {
    // Files only: a playlist must not make the program fetch something, and a colon in a name means nothing.
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    let status = avformat_open_input(&format, "file:" + path, nil, &options)
    guard status >= 0, let format else { throw fault("not a video, or cut off in its head (\(avReason(status)))") }
    if Self.textReaders.contains(String(cString: format.pointee.iformat.pointee.name)) {
      throw fault("is text, not a video")
    }
    return format
  }

  /// Chooses the stream and opens its decoder.
  private func findStream(
    _ format: UnsafeMutablePointer<AVFormatContext>
  ) throws(CaptureError) -> UnsafeMutablePointer<AVStream> {
    guard avformat_find_stream_info(format, nil) >= 0 else { throw fault("its streams can't be read; is it cut off?") }
    var codec: UnsafePointer<AVCodec>?
    index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0)
    guard index >= 0, let codec, let stream = format.pointee.streams[Int(index)],
      // The cover of an album is no video.
      stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    else {
      throw fault(reasonForNoPictures(format))
    }
    decoder = avcodec_alloc_context3(codec)
    decoder?.pointee.max_pixels = Self.mostPixels
    guard decoder != nil, packet != nil, picture != nil,
      avcodec_parameters_to_context(decoder, stream.pointee.codecpar) >= 0
    else { throw fault("its video stream can't be opened") }
    decoder?.pointee.thread_count = 1
    if codec.pointee.id == AV_CODEC_ID_MJPEG { jpegPacket = av_packet_alloc() }
    let status = avcodec_open2(decoder, codec, nil)
    guard status >= 0 else { throw fault("its video stream can't be decoded (\(avReason(status)))") }
    return stream
  }

  private func reasonForNoPictures(_ format: UnsafeMutablePointer<AVFormatContext>) -> String {
    let streams = (0..<Int(format.pointee.nb_streams)).compactMap { format.pointee.streams[$0]?.pointee }
    let moving = streams.filter { $0.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 }
    let kinds = moving.map(\.codecpar.pointee.codec_type)
    if kinds.contains(AVMEDIA_TYPE_VIDEO) { return "its video codec can't be decoded by this libavcodec" }
    return kinds.contains(AVMEDIA_TYPE_AUDIO) ? "has no video, only sound" : "holds no video; is it cut off?"
  }

  private func reckonedCount(duration: Int64) -> Int? {
    guard rate > 0, duration > 0 else { return nil }
    let reckoned = Double(duration) / Double(AV_TIME_BASE) * rate
    return reckoned < 1e9 ? Int(reckoned.rounded()) : nil
  }

  private func turns(of stream: UnsafeMutablePointer<AVStream>) -> Int {
    guard let matrix = cav_display_matrix(stream) else { return 0 }
    let counterClockwise = av_display_rotation_get(matrix)
    return counterClockwise.isFinite ? Int((-counterClockwise / 90).rounded()) & 3 : 0
  }
}

/// libav's words for one of its error codes, in lower case.
func avReason(_ status: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  guard av_strerror(status, &buffer, buffer.count) >= 0 else { return "error \(status)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
}
