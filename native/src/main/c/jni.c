/* What JNI does for ArenaScope's Java library.
   SPDX-License-Identifier: Apache-2.0  */

#include "arenascope.h"

#include <jni.h>
#include <stddef.h>

/* Callable.call, of a class that is never unloaded.  */
static jmethodID callable_call;

/* What arenascope_swap calls, without the way there.  */
static void *(*select_arena) (void *);

static jlong JNICALL
swap (JNIEnv *env, jclass class, jlong arena)
{
  (void) env;
  (void) class;
  return (jlong) select_arena ((void *) arena);
}

/* The frame of this function keeps a virtual thread on its carrier.  */
static jobject JNICALL
call_pinned (JNIEnv *env, jclass class, jobject work)
{
  (void) class;
  return (*env)->CallObjectMethod (env, work, callable_call);
}

int
arenascope_register_natives (void *environment, void *class)
{
  static const JNINativeMethod methods[] =
    {
      { "swap", "(J)J", (void *) swap },
      { "callPinned", "(Ljava/util/concurrent/Callable;)Ljava/lang/Object;",
        (void *) call_pinned },
    };
  JNIEnv *env = environment;
  jclass callable = (*env)->FindClass (env, "java/util/concurrent/Callable");

  if (callable == NULL)
    return -1;
  callable_call = (*env)->GetMethodID (env, callable, "call",
                                       "()Ljava/lang/Object;");
  (*env)->DeleteLocalRef (env, callable);
  if (callable_call == NULL)
    return -1;
  select_arena = arenascope_swap_function ();
  if (select_arena == NULL)
    select_arena = arenascope_swap;
  return (*env)->RegisterNatives (env, class, methods,
                                  sizeof methods / sizeof methods[0]);
}
