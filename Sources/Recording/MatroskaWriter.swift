import CAvformat
import FaceCore
import Foundation

/// Writes pictures with their times into a Matroska file: JPEGs as they are, pixels as FFV1.
///
/// What was added stays readable whatever becomes of the process. The file appears under its name with its first picture, so
/// there is none without. Times are kept to the millisecond, the container's unit. Used from one thread.
final class MatroskaWriter {
  let path: String
  let shape: StoredPicture.Shape
  /// Bytes written so far.
  private(set) var byteCount = 0

  private let partPath: String
  private var isNamed = false
  private var container: UnsafeMutablePointer<AVFormatContext>?
  private var packet = av_packet_alloc()
  private var encoder: LosslessEncoder?
  private var lastTime: Int64 = -1

  private static let timeBase = AVRational(num: 1, den: 1000)

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - title: for people: the camera's name.
  ///   - start: the moment of time 0.
  /// - Throws: ``RecordingError/unwritable(path:reason:)``.
  init(path: String, shape: StoredPicture.Shape, title: String, start: Date) throws(RecordingError) {
    self.path = path
    self.shape = shape
    partPath = path + ".part"
    av_log_set_level(AV_LOG_QUIET)
    try check(avformat_alloc_output_context2(&container, nil, "matroska", path))
    guard let container, let stream = avformat_new_stream(container, nil), packet != nil else {
      throw .unwritable(path: path, reason: "libavformat can't write Matroska")
    }
    try describe(stream)
    av_dict_set(&container.pointee.metadata, "title", title, 0)
    av_dict_set(&container.pointee.metadata, "creation_time", Self.stamp(start), 0)
    try check(avio_open(&container.pointee.pb, "file:" + partPath, AVIO_FLAG_WRITE))
    try check(avformat_write_header(container, nil))
  }

  deinit {
    if let container {
      if container.pointee.pb != nil { avio_closep(&container.pointee.pb) }
      if !isNamed { unlink(partPath) }
      avformat_free_context(container)
    }
    av_packet_free(&packet)
  }

  /// Adds a picture of the file's shape, `nanoseconds` after its start; times that stand still or go back are moved on.
  ///
  /// - Throws: ``RecordingError/unwritable(path:reason:)``.
  func append(_ picture: StoredPicture, nanoseconds: Int64) throws(RecordingError) {
    let time = max(lastTime + 1, (nanoseconds + 500_000) / 1_000_000)
    lastTime = time
    if let encoder {
      guard encoder.encode(picture, at: time) else {
        throw .unwritable(path: path, reason: "a picture can't be encoded")
      }
      while avcodec_receive_packet(encoder.context, packet) >= 0 { try write() }
    } else {
      let bytes = picture.bytes
      guard let packet, av_new_packet(packet, Int32(bytes.count)) >= 0 else {
        throw .unwritable(path: path, reason: "no memory for a picture")
      }
      UnsafeMutableRawBufferPointer(start: packet.pointee.data, count: bytes.count).copyMemory(from: .init(bytes))
      (packet.pointee.pts, packet.pointee.dts) = (time, time)
      packet.pointee.flags = AV_PKT_FLAG_KEY
      try write()
    }
    // A cluster for each picture: the muxer begins one anyway, and this one is whole if the process dies now.
    try check(av_write_frame(container, nil))
    avio_flush(container?.pointee.pb)
    try checkFile()
    if !isNamed { try appear() }
  }

  /// Writes duration and index.
  ///
  /// - Throws: ``RecordingError/unwritable(path:reason:)``.
  func finish() throws(RecordingError) {
    try check(av_write_trailer(container))
    try checkFile()
    if let container { try check(avio_closep(&container.pointee.pb)) }
  }

  private func describe(_ stream: UnsafeMutablePointer<AVStream>) throws(RecordingError) {
    stream.pointee.time_base = Self.timeBase
    guard let parameters = stream.pointee.codecpar else { return }
    if shape.isJPEG {
      parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
      parameters.pointee.codec_id = AV_CODEC_ID_MJPEG
      (parameters.pointee.width, parameters.pointee.height) = (Int32(shape.width), Int32(shape.height))
    } else {
      let encoder = try LosslessEncoder(shape, timeBase: Self.timeBase, path: path)
      try check(avcodec_parameters_from_context(parameters, encoder.context))
      self.encoder = encoder
    }
  }

  private func write() throws(RecordingError) {
    guard let packet, let stream = container?.pointee.streams[0] else { return }
    packet.pointee.stream_index = 0
    packet.pointee.duration = 0
    av_packet_rescale_ts(packet, Self.timeBase, stream.pointee.time_base)
    defer { av_packet_unref(packet) }
    try check(av_write_frame(container, packet))
    try checkFile()
  }

  private func appear() throws(RecordingError) {
    guard rename(partPath, path) == 0 else { throw .unwritable(path: path, code: errno) }
    isNamed = true
  }

  private func checkFile() throws(RecordingError) {
    guard let file = container?.pointee.pb else { return }
    try check(file.pointee.error)
    byteCount = max(byteCount, Int(avio_tell(file)))
  }

  private func check(_ status: Int32) throws(RecordingError) {
    guard status < 0 else { return }
    // libav's codes for the system's errors are these, negative.
    if status > -256 { throw .unwritable(path: path, code: -status) }
    var text = [CChar](repeating: 0, count: 128)
    av_strerror(status, &text, text.count)
    let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw .unwritable(path: path, reason: words.lowercased())
  }

  /// A moment as Matroska's muxer reads it, in UTC to the microsecond.
  static func stamp(_ date: Date) -> String {
    let microseconds = Int64((date.timeIntervalSince1970 * 1e6).rounded())
    let whole = Date(timeIntervalSince1970: Double(microseconds / 1_000_000))
    let part = Calendar.gregorian(in: TimeZone(secondsFromGMT: 0)!)
      .dateComponents([.year, .month, .day, .hour, .minute, .second], from: whole)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", part.year ?? 0, part.month ?? 0, part.day ?? 0, part.hour ?? 0,
      part.minute ?? 0, part.second ?? 0, Int(microseconds % 1_000_000))
  }
}
