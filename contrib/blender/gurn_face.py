"""Gurn for Blender: a face tracked by gurnd moves shape keys and a head bone, and can be recorded to keyframes.

Install with Edit > Preferences > Add-ons > Install, or run in the text editor. The panel is in the 3D view's sidebar, tab
"Gurn". gurnd needs a target with this port; schema native or vmc, both are understood.

Shape keys are found by ARKit's names (jawOpen or JawOpen) on every mesh; the bone is given by the armature and its name.
A character faces -Y, as in Blender's front view.
"""

bl_info = {
    "name": "Gurn",
    "description": "Face tracking from gurnd: shape keys and a head bone, live and recorded",
    "author": "Gurn",
    "version": (1, 0, 0),
    "blender": (2, 93, 0),
    "location": "3D View > Sidebar > Gurn",
    "category": "Animation",
}

import socket
import struct

import bpy
from mathutils import Quaternion


def messages(packet):
    """Yields (address, arguments) of an OSC packet, of bundles within bundles too; what is not OSC yields nothing."""
    if packet[:8] == b"#bundle\0":
        offset = 16
        while offset + 4 <= len(packet):
            (size,) = struct.unpack_from(">i", packet, offset)
            if size <= 0 or offset + 4 + size > len(packet):
                return
            yield from messages(packet[offset + 4:offset + 4 + size])
            offset += 4 + size
        return

    def text(offset):
        end = packet.index(b"\0", offset)
        return packet[offset:end].decode("utf-8"), end // 4 * 4 + 4

    try:
        address, offset = text(0)
        tags, offset = text(offset)
        arguments = []
        for tag in tags[1:]:
            if tag == "s":
                value, offset = text(offset)
            elif tag in "ifhd":
                form = {"i": ">i", "f": ">f", "h": ">q", "d": ">d"}[tag]
                (value,) = struct.unpack_from(form, packet, offset)
                offset += struct.calcsize(form)
            else:
                value = {"T": True, "F": False}.get(tag)
            arguments.append(value)
        yield address, arguments
    except (ValueError, struct.error, UnicodeDecodeError):
        return


def from_gurn(x, y, z, w):
    """A rotation of Gurn's head frame (+x left, +y up, +z out of the face) in Blender's axes (+x left, -y out, +z up)."""
    return Quaternion((w, x, -z, y))


def from_unity(x, y, z, w):
    """A rotation of VMC's left-handed axes in Blender's."""
    return from_gurn(x, -y, -z, w)


class Face:
    """What was heard of the face: weights by ARKit name, and the rotation of neck and head in Blender's axes."""

    def __init__(self):
        self.time = 0.0
        self.weights = {}
        self.neck = Quaternion()
        self.head = Quaternion()

    def hear(self, address, arguments):
        """Takes a message in; returns True when it was a frame's last."""
        blend = "/gurn/face/0/blend/"
        if address.startswith(blend) and len(arguments) == 1:
            self.weights[address[len(blend):]] = arguments[0]
        elif address == "/gurn/face/0/rotation" and len(arguments) == 4:
            self.neck, self.head = Quaternion(), from_gurn(*arguments)
        elif address == "/gurn/face/0/time" and len(arguments) == 1:
            self.time = arguments[0]
            return True
        elif address == "/VMC/Ext/Blend/Val" and len(arguments) == 2:
            self.weights[arguments[0][:1].lower() + arguments[0][1:]] = arguments[1]
        elif address == "/VMC/Ext/Bone/Pos" and len(arguments) == 8 and arguments[0] in ("Neck", "Head"):
            setattr(self, arguments[0].lower(), from_unity(*arguments[4:]))
        elif address == "/VMC/Ext/T" and len(arguments) == 1:
            self.time = arguments[0]
        elif address == "/VMC/Ext/Blend/Apply":
            return True
        return False


class Puppet:
    """The shape keys and bones of the scene that a face moves."""

    def __init__(self, armature, head, neck):
        self.keys = []
        for mesh in bpy.data.meshes:
            if mesh.shape_keys:
                for key in mesh.shape_keys.key_blocks:
                    self.keys.append((key.name[:1].lower() + key.name[1:], key))
        bones = armature.pose.bones if armature else {}
        self.head, self.neck = bones.get(head), bones.get(neck)

    def show(self, face):
        for name, key in self.keys:
            if name in face.weights:
                key.value = face.weights[name]
        # Without a neck bone the head takes the whole turn.
        self.turn(self.neck, face.neck)
        self.turn(self.head, face.head if self.neck else face.neck @ face.head)

    @staticmethod
    def turn(bone, rotation):
        if bone:
            rest = bone.bone.matrix_local.to_quaternion()
            bone.rotation_mode = "QUATERNION"
            bone.rotation_quaternion = rest.inverted() @ rotation @ rest

    def pose(self):
        """Everything that a face moves, as (owner, path, index, value)."""
        for _, key in self.keys:
            yield key.id_data, key.path_from_id("value"), 0, key.value
        for bone in (self.neck, self.head):
            if bone:
                for index, value in enumerate(bone.rotation_quaternion):
                    yield bone.id_data, bone.path_from_id("rotation_quaternion"), index, value


class Recording:
    """Takes of the puppet at moments of the timeline; written as keyframes at once, as single ones are slow to insert."""

    def __init__(self, puppet):
        self.puppet = puppet
        self.curves = {}
        self.start = None

    def take(self, time):
        scene = bpy.context.scene
        if self.start is None:
            self.start = (time, scene.frame_current)
        frame = self.start[1] + (time - self.start[0]) * scene.render.fps / scene.render.fps_base
        for owner, path, index, value in self.puppet.pose():
            self.curves.setdefault((owner, path, index), []).extend((frame, value))

    def write(self):
        """Makes the keyframes."""
        for (owner, path, index), points in self.curves.items():
            animation = owner.animation_data or owner.animation_data_create()
            if animation.action is None:
                animation.action = bpy.data.actions.new(f"Gurn {owner.name}")
            curves = animation.action.fcurves
            curve = curves.find(path, index=index) or curves.new(path, index=index)
            first = len(curve.keyframe_points)
            curve.keyframe_points.add(len(points) // 2)
            for point, frame, value in zip(curve.keyframe_points[first:], points[::2], points[1::2]):
                point.co = (frame, value)
                point.interpolation = "LINEAR"
            curve.update()
        self.curves = {}


class Receiver:
    """Listens on a port and moves the puppet; `poll` is called again and again, by Blender's timer or by a script."""

    def __init__(self, port, puppet, on_frame=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # Two seconds of a face, for a Blender that is busy.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 19)
        self.socket.bind(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.puppet = puppet
        self.face = Face()
        self.on_frame = on_frame
        self.recording = None

    def poll(self):
        """Takes in what arrived and shows every complete frame."""
        while True:
            try:
                packet = self.socket.recv(65536)
            except BlockingIOError:
                return
            for address, arguments in messages(packet):
                if self.face.hear(address, arguments):
                    self.puppet.show(self.face)
                    if self.recording:
                        self.recording.take(self.face.time)
                    if self.on_frame:
                        self.on_frame(self.face)

    def record(self, is_on):
        """Begins a recording, or ends it and writes its keyframes."""
        if is_on and self.recording is None:
            self.recording = Recording(self.puppet)
        elif not is_on and self.recording:
            self.recording.write()
            self.recording = None

    def close(self):
        self.record(False)
        self.socket.close()


receiver = None


def tick():
    """Blender's timer: about 60 times a second."""
    if receiver is None:
        return None
    receiver.poll()
    receiver.record(bpy.context.scene.gurn.recording)
    return 1 / 60


class GurnSettings(bpy.types.PropertyGroup):
    port: bpy.props.IntProperty(name="Port", default=39539, min=1, max=65535)
    armature: bpy.props.PointerProperty(
        name="Armature", type=bpy.types.Object, poll=lambda self, object: object.type == "ARMATURE")
    head: bpy.props.StringProperty(name="Head bone", default="head")
    neck: bpy.props.StringProperty(name="Neck bone", default="neck")
    recording: bpy.props.BoolProperty(name="Record keyframes", default=False)


class GURN_OT_listen(bpy.types.Operator):
    """Starts or stops listening to gurnd"""

    bl_idname = "gurn.listen"
    bl_label = "Listen"

    def execute(self, context):
        global receiver
        if receiver:
            receiver.close()
            receiver = None
            return {"FINISHED"}
        settings = context.scene.gurn
        try:
            receiver = Receiver(settings.port, Puppet(settings.armature, settings.head, settings.neck))
        except OSError as error:
            self.report({"ERROR"}, f"port {settings.port}: {error}")
            return {"CANCELLED"}
        bpy.app.timers.register(tick)
        return {"FINISHED"}


class GURN_PT_panel(bpy.types.Panel):
    bl_label = "Gurn"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Gurn"

    def draw(self, context):
        settings = context.scene.gurn
        for name in ("port", "armature", "head", "neck"):
            self.layout.prop(settings, name)
        self.layout.operator("gurn.listen", text="Stop" if receiver else "Listen", depress=receiver is not None)
        self.layout.prop(settings, "recording", toggle=True, icon="REC")


classes = (GurnSettings, GURN_OT_listen, GURN_PT_panel)


def register():
    for item in classes:
        bpy.utils.register_class(item)
    bpy.types.Scene.gurn = bpy.props.PointerProperty(type=GurnSettings)


def unregister():
    global receiver
    if receiver:
        receiver.close()
        receiver = None
    del bpy.types.Scene.gurn
    for item in reversed(classes):
        bpy.utils.unregister_class(item)


if __name__ == "__main__":
    register()
