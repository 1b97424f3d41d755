import CAvformat
import Foundation
import Testing

/// A tiny clip that a test encodes for itself, and its folder, which goes with it.
final class Clip {
  /// How a clip is encoded.
  struct Recipe: Sendable, CustomTestStringConvertible {
    /// libav's name of the encoder, and the ending of the file's name, which decides the container.
    var codec: String
    var container: String
    var pixels: AVPixelFormat
    var width = 64
    var height = 48
    var frames = 10
    /// The first frame's number: the file's times then begin later.
    var firstNumber = 0
    /// Whether decoded luma equals what was encoded.
    var isExact = false
    /// Degrees clockwise by which a player is asked to turn the pictures.
    var turnDegrees: Double?
    /// Whether an MP4's index comes first, as in files made for streaming.
    var isIndexFirst = false

    var testDescription: String { "\(codec) in \(container)" }
  }

  static let framesPerSecond: Int32 = 25
  let folder: URL
  let path: String

  init(_ recipe: Recipe) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "clip-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appending(path: "clip.\(recipe.container)").path
    try Encoder(recipe, path: path).run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The luma that frame `index` of a clip has: a slope that grows brighter from frame to frame.
  static func luma(_ index: Int, _ x: Int, _ y: Int) -> UInt8 { UInt8(40 + (index * 8) % 100 + x / 2 + y / 2) }

  /// Keeps the first bytes only.
  func truncate(to count: Int) throws {
    try Data(contentsOf: URL(filePath: path)).prefix(count).write(to: URL(filePath: path))
  }

  var size: Int { get throws { try Data(contentsOf: URL(filePath: path)).count } }
}

/// What libav refused.
struct EncodingFailure: Error {
  var call: String
  var status: Int32
}

/// Writes one clip through libav.
private final class Encoder {
  private let recipe: Clip.Recipe
  private let path: String
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var context: UnsafeMutablePointer<AVCodecContext>?
  private var stream: UnsafeMutablePointer<AVStream>?
  private var packet = av_packet_alloc()

  init(_ recipe: Clip.Recipe, path: String) {
    self.recipe = recipe
    self.path = path
    av_log_set_level(AV_LOG_QUIET)
  }

  deinit {
    av_packet_free(&packet)
    avcodec_free_context(&context)
    if let format { avio_closep(&format.pointee.pb) }
    avformat_free_context(format)
  }

  func run() throws {
    try open()
    var frame = av_frame_alloc()
    defer { av_frame_free(&frame) }
    frame!.pointee.format = recipe.pixels.rawValue
    (frame!.pointee.width, frame!.pointee.height) = (Int32(recipe.width), Int32(recipe.height))
    try check("av_frame_get_buffer", av_frame_get_buffer(frame, 0))
    for index in 0..<recipe.frames {
      try check("av_frame_make_writable", av_frame_make_writable(frame))
      paint(frame!, index)
      frame!.pointee.pts = Int64(index + recipe.firstNumber)
      try check("avcodec_send_frame", avcodec_send_frame(context, frame))
      try writePackets()
    }
    try check("avcodec_send_frame", avcodec_send_frame(context, nil))
    try writePackets()
    try check("av_write_trailer", av_write_trailer(format))
  }

  private func open() throws {
    try check("avformat_alloc_output_context2", avformat_alloc_output_context2(&format, nil, nil, path))
    guard let codec = avcodec_find_encoder_by_name(recipe.codec) else {
      throw EncodingFailure(call: "avcodec_find_encoder_by_name(\(recipe.codec))", status: 0)
    }
    context = avcodec_alloc_context3(codec)
    let time = AVRational(num: 1, den: Clip.framesPerSecond)
    (context!.pointee.width, context!.pointee.height) = (Int32(recipe.width), Int32(recipe.height))
    context!.pointee.pix_fmt = recipe.pixels
    context!.pointee.time_base = time
    context!.pointee.framerate = AVRational(num: Clip.framesPerSecond, den: 1)
    context!.pointee.thread_count = 1
    // The best that lossy encoders do.
    context!.pointee.flags |= AV_CODEC_FLAG_QSCALE
    context!.pointee.global_quality = FF_QP2LAMBDA * 2
    if format!.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 {
      context!.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
    }
    // Only the standard's own tables may be left out of a JPEG; encoders without the option refuse it.
    av_opt_set(context!.pointee.priv_data, "huffman", "default", 0)
    try check("avcodec_open2", avcodec_open2(context, codec, nil))
    stream = avformat_new_stream(format, nil)
    stream!.pointee.time_base = time
    stream!.pointee.avg_frame_rate = context!.pointee.framerate
    try check("avcodec_parameters_from_context", avcodec_parameters_from_context(stream!.pointee.codecpar, context))
    try check("avio_open", avio_open(&format!.pointee.pb, path, AVIO_FLAG_WRITE))
    if let degrees = recipe.turnDegrees {
      av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 36)!.withMemoryRebound(to: Int32.self, capacity: 9) {
        av_display_rotation_set($0, degrees)
      }
    }
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    if recipe.isIndexFirst { av_dict_set(&options, "movflags", "faststart", 0) }
    try check("avformat_write_header", avformat_write_header(format, &options))
  }

  /// Luma in the first plane and no colour in the others; equal bytes a pixel for packed formats, 16 bits for deep ones.
  private func paint(_ frame: UnsafeMutablePointer<AVFrame>, _ index: Int) {
    let planes = [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2]
    let strides = [frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2].map(Int.init)
    let luma = av_pix_fmt_desc_get(recipe.pixels)!.pointee.comp.0
    for y in 0..<recipe.height {
      for x in 0..<recipe.width {
        let (pixel, value) = (planes[0]! + y * strides[0] + x * Int(luma.step), Clip.luma(index, x, y))
        if luma.depth > 8 {
          let deep = Int(value) << Int(luma.depth - 8)
          (pixel[0], pixel[1]) = (UInt8(deep & 255), UInt8(deep >> 8))
        } else {
          for part in 0..<Int(luma.step) { pixel[part] = value }
        }
      }
    }
    for plane in 1..<3 where planes[plane] != nil {
      let rows = recipe.pixels == AV_PIX_FMT_YUV420P ? (recipe.height + 1) / 2 : recipe.height
      planes[plane]!.update(repeating: 128, count: strides[plane] * rows)
    }
  }

  private func writePackets() throws {
    while avcodec_receive_packet(context, packet) >= 0 {
      if packet!.pointee.duration == 0 { packet!.pointee.duration = 1 }
      av_packet_rescale_ts(packet, context!.pointee.time_base, stream!.pointee.time_base)
      packet!.pointee.stream_index = stream!.pointee.index
      try check("av_interleaved_write_frame", av_interleaved_write_frame(format, packet))
    }
  }

  private func check(_ call: String, _ status: Int32) throws {
    if status < 0 { throw EncodingFailure(call: call, status: status) }
  }
}
