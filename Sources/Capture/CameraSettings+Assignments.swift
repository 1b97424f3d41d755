import CV4L2

/// A control and the value that it is given.
struct ControlAssignment: Equatable {
  var control: CameraControl
  var value: Int
}

extension CameraSettings {
  /// What has to be set on a camera with these controls, in this order: what the camera does by itself is switched off before
  /// the value that it would change.
  ///
  /// - Throws: ``CaptureError/setting(path:reason:)`` for what the camera doesn't take, with what it offers.
  func assignments(on controls: [CameraControl], of path: String) throws(CaptureError) -> [ControlAssignment] {
    let offer = Offer(controls: controls, path: path)
    var list: [ControlAssignment] = []
    switch exposure {
    case nil: break
    case .auto:
      let mode = try offer.control(cv4l2_cid_exposure_auto, "exposure: auto")
      // Cameras that open their iris by themselves call it aperture priority; few have the full automatic.
      let automatic = [Int(V4L2_EXPOSURE_APERTURE_PRIORITY.rawValue), Int(V4L2_EXPOSURE_AUTO.rawValue)]
      guard let value = automatic.first(where: mode.takes) else {
        throw offer.refusal("exposure: auto is not among \(mode.offer)")
      }
      list.append(ControlAssignment(control: mode, value: value))
    case .milliseconds(let milliseconds):
      if let mode = controls.first(where: { $0.number == cv4l2_cid_exposure_auto }) {
        list.append(try offer.assign(Int(V4L2_EXPOSURE_MANUAL.rawValue), to: mode, for: "exposure"))
      }
      let time = try offer.control(cv4l2_cid_exposure_absolute, "exposure in milliseconds")
      // V4L2 counts in tenths of a millisecond.
      list.append(try offer.assign(Int((milliseconds * 10).rounded()), to: time, for: "exposure"))
    }
    switch gain {
    case nil: break
    case .auto: list.append(try offer.assign(1, to: try offer.control(cv4l2_cid_autogain, "gain: auto"), for: "gain"))
    case .value(let value):
      if let automatic = controls.first(where: { $0.number == cv4l2_cid_autogain }) {
        list.append(ControlAssignment(control: automatic, value: 0))
      }
      list.append(try offer.assign(value, to: try offer.control(cv4l2_cid_gain, "gain"), for: "gain"))
    }
    if let powerLine {
      let control = try offer.control(cv4l2_cid_power_line_frequency, "power_line")
      list.append(try offer.assign(powerLine.rawValue, to: control, for: "power_line"))
    }
    for (name, value) in self.controls.sorted(by: { $0.key < $1.key }) {
      guard let control = controls.first(where: { $0.name == name }) else {
        throw offer.refusal("has no control “\(name)”; \(offer.all)")
      }
      list.append(try offer.assign(value, to: control, for: name))
    }
    return list
  }

  /// What a camera offers, and how it refuses.
  private struct Offer {
    let controls: [CameraControl]
    let path: String

    var all: String {
      controls.isEmpty ? "it offers none" : "it offers " + controls.map(\.offer).joined(separator: ", ")
    }

    func refusal(_ reason: String) -> CaptureError { .setting(path: path, reason: reason) }

    func control(_ number: UInt32, _ setting: String) throws(CaptureError) -> CameraControl {
      guard let control = controls.first(where: { $0.number == number }) else {
        throw refusal("has no control for \(setting); \(all)")
      }
      return control
    }

    func assign(_ value: Int, to control: CameraControl, for setting: String) throws(CaptureError) -> ControlAssignment
    {
      guard control.takes(value) else {
        throw refusal("\(setting) can't be \(value); the camera takes \(control.offer)")
      }
      return ControlAssignment(control: control, value: value)
    }
  }
}

extension VideoNode {
  /// Sets what is to be set.
  ///
  /// - Throws: ``CaptureError``; for what the camera doesn't take, with what it offers.
  func apply(_ settings: CameraSettings) throws(CaptureError) {
    if settings == CameraSettings() { return }
    for assignment in try settings.assignments(on: controls(), of: path) {
      var control = v4l2_control(id: assignment.control.number, value: Int32(clamping: assignment.value))
      let code = attempt(.setControl, &control)
      guard code == 0 else {
        throw .device(path: path, call: "VIDIOC_S_CTRL \(assignment.control.name)=\(assignment.value)", code: code)
      }
    }
  }

  /// The controls that hold a number, a choice or yes and no; empty where there is none.
  func controls() -> [CameraControl] {
    var controls: [CameraControl] = []
    var query = v4l2_queryctrl()
    query.id = cv4l2_next_ctrl
    // A driver that repeats itself is cut off.
    while controls.count < 256, attempt(.queryControl, &query) == 0 {
      if let control = control(query) { controls.append(control) }
      let last = query.id
      query = v4l2_queryctrl()
      query.id = last | cv4l2_next_ctrl
    }
    return controls
  }

  private func control(_ query: v4l2_queryctrl) -> CameraControl? {
    let kinds = [V4L2_CTRL_TYPE_INTEGER, V4L2_CTRL_TYPE_BOOLEAN, V4L2_CTRL_TYPE_MENU, V4L2_CTRL_TYPE_INTEGER_MENU]
    guard kinds.contains(where: { $0.rawValue == query.type }), query.minimum <= query.maximum,
      query.flags & UInt32(V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY) == 0
    else { return nil }
    var control = CameraControl(
      number: query.id, name: CameraControl.name(of: text(of: query.name)),
      range: Int(query.minimum)...Int(query.maximum), standard: Int(query.default_value))
    var current = v4l2_control(id: query.id, value: 0)
    if attempt(.control, &current) == 0 { control.value = Int(current.value) }
    guard query.type == V4L2_CTRL_TYPE_MENU.rawValue || query.type == V4L2_CTRL_TYPE_INTEGER_MENU.rawValue else {
      return control
    }
    for index in control.range.prefix(256) where index >= 0 {
      var item = v4l2_querymenu()
      (item.id, item.index) = (query.id, UInt32(index))
      guard attempt(.queryMenu, &item) == 0 else { continue }
      control.menu[index] =
        query.type == V4L2_CTRL_TYPE_MENU.rawValue ? withUnsafeBytes(of: item) { Self.menuText($0) } : "\(item.value)"
    }
    return control
  }

  /// The name in a packed `v4l2_querymenu`, after two numbers of four bytes.
  private static func menuText(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.dropFirst(8).prefix(32).prefix { $0 != 0 }, as: UTF8.self)
  }
}
