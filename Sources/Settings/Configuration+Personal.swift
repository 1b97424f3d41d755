import RigMapping

extension Configuration {
  /// Reads the sections `calibration`, `rig` and `gaze`.
  static func readPersonal(_ top: inout Section, _ personal: inout PersonalSettings) {
    var calibration = top.section("calibration")
    var use = "auto"
    calibration.text("use", &use)
    personal.calibration =
      use == "auto" ? .auto : use == "none" ? .none : .file(absolutePath(use, besides: calibration.log.file))
    if calibration.has("use"), use != "auto", use != "none", !use.contains("/"), !use.hasSuffix(".json") {
      calibration.refuse("use", "has to be auto, none, or the path of a calibration file, such as faces/mia.json")
    }
    calibration.text("user", &personal.user)
    calibration.flag("auto_range", &personal.stage.autoRange)
    calibration.number("yaw_compensation", &personal.stage.yawCompensation, in: 0...1)
    calibration.number("fade_seconds", &personal.stage.fadeSeconds, in: 0...10)
    calibration.finish()

    var rig = top.section("rig")
    readProfile(&rig, &personal.rig)
    rig.flag("mirror", &personal.stage.mirror)
    rig.finish()

    var gaze = top.section("gaze")
    gaze.number("max_vergence", &personal.stage.vergenceDegrees, in: 0...45)
    gaze.flag("freeze_on_blink", &personal.stage.blinkFreezesGaze)
    gaze.finish()
  }

  private static func readProfile(_ section: inout Section, _ rig: inout PersonalSettings.Rig) {
    var name = "none"
    section.text("profile", &name)
    if name == "none" { return }
    if name.contains("/") || name.hasSuffix(".yaml") {
      rig = .file(absolutePath(name, besides: section.log.file))
    } else if PersonalSettings.Rig.shippedNames.contains(name) {
      rig = .shipped(name)
    } else {
      let known = ["none"] + PersonalSettings.Rig.shippedNames
      let hint = nearestName(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
      section.refuse(
        "profile", "has to be one of \(known.joined(separator: ", ")), or a path that ends in .yaml\(hint)")
    }
  }
}
