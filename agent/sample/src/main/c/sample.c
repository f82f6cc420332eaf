/* Native methods of every kind, for the tests of ArenaScope's agent.
   SPDX-License-Identifier: Apache-2.0

   Blocks that a method obtains and returns tell in which arena it was called.
   The last two functions are for JNA, which calls them by their names.  */

#include <errno.h>
#include <jni.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define METHOD(result, name) \
  JNIEXPORT result JNICALL Java_org_arenascope_sample_##name

static jlong
call (JNIEnv *env, jobject supplier)
{
  jclass type = (*env)->GetObjectClass (env, supplier);
  jmethodID method = (*env)->GetMethodID (env, type, "getAsLong", "()J");

  return (*env)->CallLongMethod (env, supplier, method);
}

METHOD (jlong, Sample_allocate) (JNIEnv *env, jclass class, jlong size)
{
  (void) env, (void) class;
  return (jlong) (uintptr_t) malloc ((size_t) size);
}

METHOD (void, Sample_free) (JNIEnv *env, jclass class, jlong block)
{
  (void) env, (void) class;
  free ((void *) (uintptr_t) block);
}

METHOD (jlong, Sample_allocateHere) (JNIEnv *env, jobject object, jlong size)
{
  (void) env, (void) object;
  return (jlong) (uintptr_t) malloc ((size_t) size);
}

METHOD (jlong, Sample_allocatePrivately) (JNIEnv *env, jclass class, jlong size)
{
  (void) env, (void) class;
  return (jlong) (uintptr_t) malloc ((size_t) size);
}

METHOD (jlong, Sample_allocateByDispatch) (JNIEnv *env, jobject object, jlong size)
{
  (void) env, (void) object;
  return (jlong) (uintptr_t) malloc ((size_t) size);
}

METHOD (jlong, Sample_callLocked) (JNIEnv *env, jclass class, jobject supplier)
{
  (void) class;
  return call (env, supplier);
}

METHOD (jlong, Sample_sum) (JNIEnv *env, jclass class, jlongArray numbers)
{
  jsize count = (*env)->GetArrayLength (env, numbers);
  jlong total = 0, number;

  (void) class;
  for (jsize i = 0; i < count; i++)
    {
      (*env)->GetLongArrayRegion (env, numbers, i, 1, &number);
      total += number;
    }
  return total;
}

METHOD (jobject, Sample_same) (JNIEnv *env, jclass class, jobject object)
{
  (void) env, (void) class;
  return object;
}

METHOD (jdouble, Sample_mix) (JNIEnv *env, jobject object, jboolean a, jbyte b,
                              jchar c, jshort d, jint e, jlong f, jfloat g,
                              jdouble h, jobject i, jintArray j)
{
  jint first;

  (void) object, (void) i;
  (*env)->GetIntArrayRegion (env, j, 0, 1, &first);
  return a + b + c + d + e + (jdouble) f + g + h + first;
}

METHOD (void, Sample_fail) (JNIEnv *env, jclass class, jstring message)
{
  const char *text = (*env)->GetStringUTFChars (env, message, NULL);

  (void) class;
  (*env)->ThrowNew (env, (*env)->FindClass (env, "java/io/IOException"), text);
  (*env)->ReleaseStringUTFChars (env, message, text);
}

/* A block obtained before the call, what the call returned, and one obtained
   after it.  */
static jlongArray
call_between (JNIEnv *env, jobject supplier)
{
  jlong blocks[3];
  jlongArray array;

  blocks[0] = (jlong) (uintptr_t) malloc (100);
  blocks[1] = call (env, supplier);
  if ((*env)->ExceptionCheck (env))
    return NULL;
  blocks[2] = (jlong) (uintptr_t) malloc (100);
  array = (*env)->NewLongArray (env, 3);
  if (array != NULL)
    (*env)->SetLongArrayRegion (env, array, 0, 3, blocks);
  return array;
}

METHOD (jlongArray, Sample_callBack) (JNIEnv *env, jclass class,
                                      jobject supplier)
{
  (void) class;
  return call_between (env, supplier);
}

METHOD (jlongArray, other_Other_callBack) (JNIEnv *env, jclass class,
                                           jobject supplier)
{
  (void) class;
  return call_between (env, supplier);
}

static void *
allocate_in_thread (void *size)
{
  return malloc ((uintptr_t) size);
}

METHOD (jlong, Sample_allocateInThread) (JNIEnv *env, jclass class, jlong size)
{
  pthread_t thread;
  void *block;

  (void) env, (void) class;
  if (pthread_create (&thread, NULL, allocate_in_thread, (void *) size) != 0)
    return 0;
  pthread_join (thread, &block);
  return (jlong) (uintptr_t) block;
}

static jlong JNICALL
registered (JNIEnv *env, jclass class, jlong size)
{
  (void) env, (void) class;
  return (jlong) (uintptr_t) malloc ((size_t) size);
}

JNIEXPORT jint JNICALL
JNI_OnLoad (JavaVM *vm, void *reserved)
{
  static const JNINativeMethod method
    = { "allocateRegistered", "(J)J", (void *) registered };
  JNIEnv *env;
  jclass class;

  (void) reserved;
  if ((*vm)->GetEnv (vm, (void **) &env, JNI_VERSION_1_8) != JNI_OK)
    return JNI_ERR;
  class = (*env)->FindClass (env, "org/arenascope/sample/Sample");
  if (class == NULL
      || (*env)->RegisterNatives (env, class, &method, 1) != JNI_OK)
    return JNI_ERR;
  return JNI_VERSION_1_8;
}

JNIEXPORT int64_t
sample_allocate (int64_t size)
{
  return (int64_t) (uintptr_t) malloc ((size_t) size);
}

JNIEXPORT void
sample_fail (void)
{
  errno = ENOENT;
}
