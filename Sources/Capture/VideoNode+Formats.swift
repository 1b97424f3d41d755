import CV4L2

extension VideoNode {
  /// Card, driver, bus and what the node itself can do.
  func capabilities() throws(CaptureError) -> v4l2_capability {
    var answer = v4l2_capability()
    try call(.capabilities, &answer)
    return answer
  }

  /// The formats that frames can be captured in, those that are read here with sizes and rates. Empty for nodes of metadata.
  func formats() -> [CameraFormat] {
    enumerate { index in
      var answer = v4l2_fmtdesc()
      answer.index = index
      answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
      guard attempt(.enumerateFormats, &answer) == 0 else { return nil }
      return CameraFormat(
        name: PixelFormat.name(ofCode: answer.pixelformat), title: text(of: answer.description),
        isEmulated: answer.flags & UInt32(V4L2_FMT_FLAG_EMULATED) != 0,
        sizes: PixelFormat(code: answer.pixelformat) == nil ? [] : sizes(of: answer.pixelformat))
    }
  }

  private func sizes(of code: UInt32) -> [CameraSize] {
    enumerate { index in
      var answer = v4l2_frmsizeenum()
      answer.index = index
      answer.pixel_format = code
      guard attempt(.enumerateSizes, &answer) == 0 else { return nil }
      if answer.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
        let (width, height) = (answer.discrete.width, answer.discrete.height)
        return CameraSize(Int(width), Int(height), rates: rates(of: code, width, height))
      }
      // One answer describes all: a second index would repeat or fail.
      guard index == 0 else { return nil }
      let range = answer.stepwise
      guard range.min_width <= range.max_width, range.min_height <= range.max_height else { return nil }
      return CameraSize(
        widths: Int(range.min_width)...Int(range.max_width), heights: Int(range.min_height)...Int(range.max_height),
        rates: rates(of: code, range.max_width, range.max_height))
    }
  }

  private func rates(of code: UInt32, _ width: UInt32, _ height: UInt32) -> [Double] {
    let intervals = enumerate { index -> [v4l2_fract]? in
      var answer = v4l2_frmivalenum()
      answer.index = index
      answer.pixel_format = code
      answer.width = width
      answer.height = height
      guard attempt(.enumerateIntervals, &answer) == 0 else { return nil }
      if answer.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue { return [answer.discrete] }
      return index == 0 ? [answer.stepwise.min, answer.stepwise.max] : nil
    }
    return intervals.joined().compactMap { $0.rate }.sorted(by: >)
  }

  /// Asks for items 0, 1, … until there is none; a driver that never ends is cut off.
  private func enumerate<Item>(_ item: (UInt32) -> Item?) -> [Item] {
    var items: [Item] = []
    while items.count < 256, let next = item(UInt32(items.count)) { items.append(next) }
    return items
  }
}

extension v4l2_fract {
  /// Frames a second of an interval, nil where a driver states none.
  var rate: Double? { numerator > 0 && denominator > 0 ? Double(denominator) / Double(numerator) : nil }
}

/// The text of a C array of bytes that Swift sees as a tuple, up to its first zero.
func text<Bytes>(of bytes: Bytes) -> String {
  withUnsafeBytes(of: bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
